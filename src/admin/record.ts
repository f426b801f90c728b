import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import { isAlive } from '../files/process-alive.ts';

/**
 * Where the admin API of the gateway that runs on a configuration file is, kept beside what else it keeps: once `admin` of the
 * file is edited, the file says where it will be, and the gateway has still to be told to restart.
 */
export interface AdminRecord {
  /** An address as `admin.host` has it. */
  readonly host: string;
  readonly port: number;
  /** The process that listens there. */
  readonly pid: number;
}

/** Best effort: without it the API is found where the file says. */
export function keepAdminRecord(directory: string, configFile: string, record: AdminRecord): void {
  try {
    makeDirectory(directory, 0o750);
    writeFileSync(fileOf(directory, configFile), JSON.stringify(record), { mode: 0o600 });
  } catch {
    // A directory that cannot be written to: a container with a read-only root, say.
  }
}

/** Takes the record of this process away; another one may have put its own there. */
export function dropAdminRecord(directory: string, configFile: string, pid: number): void {
  if (readAdminRecord(directory, configFile)?.pid === pid) rmSync(fileOf(directory, configFile), { force: true });
}

/** Null when there is none, when it is no record, or when its process is gone. */
export function readAdminRecord(directory: string, configFile: string): AdminRecord | null {
  try {
    const text = readFileSync(fileOf(directory, configFile), 'utf8');
    const { host, port, pid } = JSON.parse(text) as Partial<Record<keyof AdminRecord, unknown>>;
    if (typeof host !== 'string' || !/^[0-9a-f.:]{2,45}$/i.test(host)) return null;
    if (!isWhole(port, 65_535) || !isWhole(pid, 2 ** 31)) return null;
    return isAlive(pid) ? { host, port, pid } : null;
  } catch {
    return null;
  }
}

function isWhole(value: unknown, limit: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= limit;
}

/** One for each configuration file: several gateways may keep their things in one directory. */
function fileOf(directory: string, configFile: string): string {
  let path = resolve(configFile);
  try {
    path = realpathSync(path);
  } catch {
    // The file is gone; its name still tells which it was.
  }
  return join(directory, `admin-${createHash('sha256').update(path).digest('hex').slice(0, 16)}.json`);
}
