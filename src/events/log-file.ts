import { closeSync, constants, fstatSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';

/**
 * A file that lines are appended to. It is put aside as FILE.1 when it is large or old enough (FILE.1 becomes FILE.2 and
 * so on), and opened anew when somebody else has moved it away.
 */

export interface LogFileOptions {
  readonly path: string;
  /** 0: never put aside for its size. */
  readonly maxBytes: number;
  /** 0: never put aside for its age. */
  readonly maxAgeMs: number;
  /** How many files that were put aside are kept. */
  readonly keep: number;
  /** Written at the beginning of each new file, ending in a line feed; "" for nothing. */
  readonly head?: string;
}

/** Owner writes, group reads: events name clients and destinations. */
const MODE = 0o640;
/** A pipe with a slow reader must not hold up the gateway; for a file it changes nothing. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
/** After a file could not be put aside or opened, it is tried again so much later. */
const RETRY_MS = 60_000;

export class LogFile {
  readonly #options: LogFileOptions;
  readonly #now: () => number;
  #fd: number;
  #bytes = 0;
  #bornMs = 0;
  #retryMs = 0;

  /**
   * @param now milliseconds since 1970
   * @throws an errno error when the file cannot be opened for appending
   */
  constructor(options: LogFileOptions, now: () => number = Date.now) {
    this.#options = options;
    this.#now = now;
    this.#fd = this.#open();
  }

  get fd(): number {
    return this.#fd;
  }

  /** What a new file begins with, "" when the present one has begun already. */
  get head(): string {
    return this.#bytes === 0 ? (this.#options.head ?? '') : '';
  }

  /** So many bytes have been written. */
  wrote(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Called when no line is half written. @returns what went wrong, or null; the present file goes on then */
  putAsideIfDue(): string | null {
    const { maxBytes, maxAgeMs } = this.#options;
    const now = this.#now();
    const isLarge = maxBytes > 0 && this.#bytes >= maxBytes;
    const isOld = maxAgeMs > 0 && this.#bytes > 0 && now - this.#bornMs >= maxAgeMs;
    if ((!isLarge && !isOld) || now < this.#retryMs) return null;
    this.#retryMs = now + RETRY_MS;
    try {
      this.#shift();
    } catch (error) {
      return `${this.#options.path} cannot be put aside (${codeOf(error)})`;
    }
    const problem = this.reopen();
    if (problem === null) this.#retryMs = 0;
    return problem;
  }

  /** Opens the path anew. @returns what went wrong, or null; the file that was open goes on then */
  reopen(): string | null {
    try {
      const before = this.#fd;
      this.#fd = this.#open();
      closeSync(before);
      return null;
    } catch (error) {
      return `${this.#options.path} cannot be opened for appending (${codeOf(error)})`;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  #open(): number {
    const { path } = this.#options;
    makeDirectory(dirname(path));
    const fd = openSync(path, FLAGS, MODE);
    const { size, birthtimeMs, isFile } = describe(fd);
    this.#bytes = isFile ? size : 1;
    this.#bornMs = size > 0 ? birthtimeMs : this.#now();
    return fd;
  }

  #shift(): void {
    const { path, keep } = this.#options;
    rmSync(keep === 0 ? path : `${path}.${keep}`, { force: true });
    for (let number = keep - 1; number >= 0; number -= 1) {
      renameIfThere(number === 0 ? path : `${path}.${number}`, `${path}.${number + 1}`);
    }
  }
}

function describe(fd: number): { size: number; birthtimeMs: number; isFile: boolean } {
  const stats = fstatSync(fd);
  // Where the file system does not know when a file was made, its last change is the nearest there is.
  const birthtimeMs = stats.birthtimeMs > 0 ? stats.birthtimeMs : stats.mtimeMs;
  return { size: stats.size, birthtimeMs, isFile: stats.isFile() };
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
