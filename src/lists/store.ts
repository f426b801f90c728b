import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import { admitEntry } from './entry.ts';

/**
 * The last good copy of each downloaded list, so that a gateway that starts while the source is away allows what it
 * allowed before. What is read back is judged as if it had just come: the directory may have been written by others.
 */

export interface StoredList {
  readonly url: string;
  /** Validators of the download (RFC 9110 section 8.8), "" where the server gave none. */
  readonly etag: string;
  readonly lastModified: string;
  /** When it was downloaded, or found unchanged, in ms since the epoch; null: never, or nobody knows. */
  readonly readAtMs: number | null;
  readonly entries: readonly string[];
}

/** A hundred thousand entries of the longest form. */
const SIZE_LIMIT = 32 * 1024 * 1024;

/** Null when there is no copy of this list, or none that can be trusted. */
export function loadCopy(directory: string, url: string): StoredList | null {
  try {
    const file = fileOf(directory, url);
    if (statSync(file).size > SIZE_LIMIT) return null;
    const read = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<keyof StoredList, unknown>>;
    if (read.url !== url || !Array.isArray(read.entries)) return null;
    const entries = (read.entries as unknown[]).filter((entry) => typeof entry === 'string' && admitEntry(entry).ok);
    const readAtMs = typeof read.readAtMs === 'number' ? Math.min(read.readAtMs, Date.now()) : null;
    const validators = { etag: textOf(read.etag), lastModified: textOf(read.lastModified) };
    return { url, ...validators, readAtMs, entries: entries as string[] };
  } catch {
    return null;
  }
}

/** Writes a copy: whole or not at all. @throws an errno error */
export function saveCopy(directory: string, list: StoredList): void {
  makeDirectory(directory, 0o750);
  const file = fileOf(directory, list.url);
  const temporary = `${file}.${process.pid}.new`;
  const fd = openSync(temporary, 'w', 0o640);
  try {
    writeSync(fd, JSON.stringify(list));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, file);
}

function fileOf(directory: string, url: string): string {
  return join(directory, `host-list-${createHash('sha256').update(url).digest('hex').slice(0, 16)}.json`);
}

/** Of a header field; another one could break the next request. */
function textOf(value: unknown): string {
  return typeof value === 'string' && /^[\x20-\x7e]{1,256}$/.test(value) ? value : '';
}
