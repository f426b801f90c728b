import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory and whatever is missing above it. Node's own way to do that does not come back where mkdir(2) answers ENOENT
 * below a directory that exists, as in /proc.
 * @param mode of each directory that is made
 * @throws an errno error
 */
export function makeDirectory(path: string, mode = 0o777): void {
  if (made(path, mode)) return;
  makeDirectory(dirname(path), mode);
  mkdirSync(path, { mode });
}

/** False when something above it is missing. */
function made(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return true;
    if (code === 'ENOENT' && dirname(path) !== path) return false;
    throw error;
  }
}
