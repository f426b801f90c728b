import type { Stats } from 'node:fs';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Mode of a new file, and of one that holds a secret. */
const OPEN_MODE = 0o644;
const SECRET_MODE = 0o600;

/** The file a path leads to, symbolic links followed; the path itself when there is nothing yet. */
export function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * Replaces a file at once: a reader sees the old text or the new one, also after a power cut. Owner and mode stay as
 * they were; with `secret` nobody but the owner keeps access.
 * @throws the errno error of the step that failed; the file is then as it was
 */
export function writeAtomically(file: string, text: string, { secret }: { secret: boolean }): void {
  const before = statOf(file);
  const mode = (before === null ? OPEN_MODE : before.mode & 0o777) & (secret ? SECRET_MODE : 0o777);
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  // Nobody may open it before its mode and owner are right.
  const descriptor = openSync(temporary, 'wx', SECRET_MODE);
  try {
    writeAll(descriptor, text);
    if (before !== null) keepOwner(descriptor, before);
    fchmodSync(descriptor, mode);
    fsyncSync(descriptor);
    renameSync(temporary, file);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  } finally {
    closeSync(descriptor);
  }
  syncDirectory(dirname(file));
}

function statOf(file: string): Stats | null {
  try {
    return statSync(file);
  } catch {
    return null;
  }
}

function writeAll(descriptor: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
}

/** Only root may give a file away; for anybody else the new one is theirs, as with any editor that replaces files. */
function keepOwner(descriptor: number, { uid, gid }: Stats): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    // Not permitted, or not known on this platform.
  }
}

/** The rename is on the disk once its directory is (fsync(2)); Windows neither needs nor allows it. */
function syncDirectory(directory: string): void {
  try {
    const descriptor = openSync(directory, 'r');
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch {
    // The file system does not know it.
  }
}
