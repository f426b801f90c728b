import { readFileSync } from 'node:fs';
import { readJson } from './json-text.ts';
import type { Problem } from './problems.ts';

/** Reads a configuration file into a tree of plain values; checks its form (UTF-8, JSON, an object), not its keys. */

export type Tree = Record<string, unknown>;

export type FileRead =
  { readonly ok: true; readonly tree: Tree } | { readonly ok: false; readonly problems: readonly Problem[] };

/** errno in words, as far as an operator can do something about it. */
const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  EISDIR: 'is a directory, not a file',
};

/** Never throws; a byte order mark is tolerated, UTF-16 is not. */
export function readConfigFile(file: string): FileRead {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return refuse(file, FILE_ERRORS[code] ?? `cannot be read (${code})`);
  }
  const text = decode(bytes);
  if (text === null) return refuse(file, 'is not UTF-8 text; save it as UTF-8');
  if (text.trim() === '') return refuse(file, 'is empty; expected a JSON object, { … }');
  const read = readJson(text);
  if (!read.ok) return refuse(`${file}:${read.line}:${read.column}`, `is not valid JSON: ${read.detail}`);
  return isTree(read.value)
    ? { ok: true, tree: read.value }
    : refuse(file, 'does not hold a JSON object; expected { … }');
}

/** True for an object as JSON means it, not a list. */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function refuse(path: string, message: string): FileRead {
  return { ok: false, problems: [{ path, message }] };
}
