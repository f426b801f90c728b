import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { FoundPeer } from './peers/peer.ts';

/** The path of a program, or null. Daemons are often not on the path of ordinary users. */
export function findProgram(name: string): string | null {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'];
  return directories.map((directory) => join(directory, name)).find((path) => existsSync(path)) ?? null;
}

/** The path of a program that has been found before. @throws when it is gone */
export function requireProgram(name: string): string {
  const path = findProgram(name);
  if (path === null) throw new Error(`${name} is not installed`);
  return path;
}

/** Asks a program for its version. @param pattern its first group is the version */
export function findVersion(name: string, args: readonly string[], pattern: RegExp): FoundPeer {
  const path = findProgram(name);
  if (path === null) return { ok: false, why: `${name} is not installed` };
  const { stdout, stderr, error } = spawnSync(path, args, { encoding: 'utf8', timeout: 10_000 });
  if (error !== undefined) return { ok: false, why: `${name} cannot be run: ${error.message}` };
  return { ok: true, version: pattern.exec(`${stdout}${stderr}`)?.[1] ?? 'unknown' };
}
