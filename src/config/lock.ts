import { closeSync, linkSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { isAlive } from '../files/process-alive.ts';

/**
 * A lock file beside the configuration, so that two editors do not overwrite each other. It names its owner; one whose
 * process is gone is stale and taken over.
 */

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

export type Locked =
  | { readonly ok: true; readonly release: () => void }
  /** `code` is the errno, e.g. EACCES, or null when somebody else holds the lock; `owner` says who. */
  | { readonly ok: false; readonly code: string | null; readonly owner: string };

const WAIT_MS = 3_000;
const RETRY_MS = 25;
/** An edit takes milliseconds; a lock of another machine (a shared folder) cannot be asked whether it lives. */
const FOREIGN_STALE_MS = 60_000;

/** Takes the lock of a file; waits up to three seconds for another editor. Never throws. */
export async function lock(file: string, waitMs = WAIT_MS): Promise<Locked> {
  const path = `${file}.lock`;
  const deadline = performance.now() + waitMs;
  for (;;) {
    const code = create(path);
    if (code === null) return { ok: true, release: remove.bind(null, path) };
    if (code !== 'EEXIST') return { ok: false, code, owner: '' };
    const found = readOwner(path);
    if (found !== null && isStale(found.owner)) takeAway(path, found.text);
    else if (performance.now() > deadline) return { ok: false, code: null, owner: nameOf(found?.owner ?? null) };
    else await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** Null, or the errno that says why not. */
function create(path: string): string | null {
  try {
    const descriptor = openSync(path, 'wx', 0o644);
    const owner: Owner = { pid: process.pid, host: hostname(), since: Date.now() };
    writeSync(descriptor, JSON.stringify(owner));
    closeSync(descriptor);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown error';
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already: nothing is locked.
  }
}

/** Null when it has just been released, or when its owner has not finished writing its name. */
function readOwner(path: string): { owner: Owner; text: string } | null {
  try {
    const text = readFileSync(path, 'utf8');
    const { pid, host, since } = JSON.parse(text) as Partial<Owner>;
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof since !== 'number') return null;
    return { owner: { pid, host, since }, text };
  } catch {
    return null;
  }
}

function isStale({ pid, host, since }: Owner): boolean {
  if (host !== hostname()) return Date.now() - since > FOREIGN_STALE_MS;
  return !isAlive(pid);
}

/** Two editors may find the same stale lock; only the rename of one succeeds. A fresh lock moved by mistake is put back. */
function takeAway(path: string, staleText: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, 'utf8') !== staleText) linkSync(aside, path);
    unlinkSync(aside);
  } catch {
    // The other one was faster.
  }
}

function nameOf(owner: Owner | null): string {
  return owner === null ? 'an unknown process' : `process ${owner.pid} on ${owner.host}`;
}
