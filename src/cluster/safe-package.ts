import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Is a folder a package of this gateway that may be run in this process' place? Whoever may ask the admin API can name
 * one, so it must be of nobody but root or this user: as sshd judges the files that it goes by (StrictModes).
 */

export type JudgedPackage =
  | { readonly ok: true; readonly main: string; readonly version: string }
  /** `why` is half a sentence. */
  | { readonly ok: false; readonly why: string };

const NAME = 'oms-gateway';
const MAIN = 'dist/src/cli/main.js';
const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;

/** @param directory as it was named; symbolic links are followed @param uid of this process */
export function judgePackage(directory: string, uid: number): JudgedPackage {
  try {
    const root = realpathSync(directory);
    const main = realpathSync(join(root, MAIN));
    for (const path of [main, join(root, 'package.json')]) {
      const owner = insecureAt(path, uid);
      if (owner !== null) return { ok: false, why: `${owner} can be changed by others than root and this user` };
    }
    const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
    if (name !== NAME || typeof version !== 'string') return { ok: false, why: `${root} is not a package ${NAME}` };
    return { ok: true, main, version };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { ok: false, why: `${directory} is not a package ${NAME} (${code ?? 'its package.json cannot be read'})` };
  }
}

/** The first of a file and the folders above it that somebody else may change; null when none is. */
function insecureAt(path: string, uid: number): string | null {
  const { uid: owner, mode } = lstatSync(path);
  // In a folder with the sticky bit (/tmp) others can add, but neither rename nor remove what is not theirs.
  const isShared = (mode & OTHERS_WRITE) !== 0 && !(statSync(path).isDirectory() && (mode & STICKY) !== 0);
  if ((owner !== 0 && owner !== uid) || isShared) return path;
  const above = dirname(path);
  return above === path ? null : insecureAt(above, uid);
}
