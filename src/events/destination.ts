import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { LanguageChoice } from '../languages/tags.ts';
import type { LineFormat } from './formats.ts';
import { asTheyAre, isJournal, journalLines, prettyLines } from './formats.ts';
import type { LogFileOptions } from './log-file.ts';
import { LogFile } from './log-file.ts';
import type { LineSink } from './writer.ts';
import { createEventWriter } from './writer.ts';

/**
 * Where events end up: `log.file`, or standard output; for people when that is a terminal, as JSON lines otherwise.
 * Only the primary has one, so lines of different processes never mix. The primary also accepts connections, so it must
 * never wait for whoever reads its output: the descriptor does not block, what waits is bounded, the rest is dropped and
 * counted. (Not pino's SonicBoom: its synchronous flush waits for a slow reader and repeats for ever after EPIPE or ENOSPC.)
 */

export interface LogDestination extends LineSink {
  /** Lines that could not be written in time, since the start. */
  readonly dropped: number;
  /**
   * Opens the file anew, because it was moved away; nothing happens for standard output.
   * @returns what went wrong, or null
   */
  reopen(): string | null;
  /** Writes out what is buffered, for at most `CLOSE_LIMIT_MS`, then releases the file. Later lines are dropped. */
  close(): void;
}

/** Lines are gathered this far before they are written, or for so long. */
const GATHER_CHARS = 4 * 1024;
const GATHER_MS = 100;
/** Characters that may wait for a slow reader. */
const WAITING_LIMIT = 4 * 1024 * 1024;
/** Pieces in which waiting text is turned into bytes. */
const PIECE_CHARS = 64 * 1024;
const CLOSE_LIMIT_MS = 1_000;
const CLOSE_RETRY_MS = 10;
const STDOUT = 1;

/** @param language of what the destination itself has to say. @throws an errno error when the file cannot be opened for appending */
export function openLogFile(options: LogFileOptions, language: LanguageChoice = 'en'): LogDestination {
  return new DescriptorDestination(new LogFile(options), asTheyAre, language);
}

/** Events on standard output: readable on a terminal, with priorities for the journal, else JSON lines. */
export function openStandardOutput(language: LanguageChoice = 'en'): LogDestination {
  return new DescriptorDestination(new StandardOutput(), standardFormat(), language);
}

function standardFormat(): LineFormat {
  if (isatty(STDOUT)) return prettyLines(process.env['NO_COLOR'] === undefined);
  return isJournal(process.env['JOURNAL_STREAM'], fstatSync(STDOUT)) ? journalLines : asTheyAre;
}

/** What lines are written to. */
type Target = Pick<LogFile, 'fd' | 'head' | 'wrote' | 'putAsideIfDue' | 'reopen' | 'close'>;

class StandardOutput implements Target {
  readonly fd = openStdout();
  readonly head = '';

  wrote(): void {
    // Nobody asks how much went there.
  }

  putAsideIfDue(): null {
    return null;
  }

  reopen(): null {
    return null;
  }

  close(): void {
    if (this.fd !== STDOUT) closeSync(this.fd);
  }
}

/** Standard output as a descriptor that does not block, without changing the one other processes may share. */
function openStdout(): number {
  const kind = fstatSync(STDOUT);
  // A regular file never blocks for long, and opened anew it would be written from its beginning.
  if (kind.isFile()) return STDOUT;
  try {
    return openSync('/proc/self/fd/1', constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK);
  } catch {
    // A socket (the systemd journal), or no /proc: Node makes it non-blocking when its stream is first asked for.
    return process.stdout.fd;
  }
}

class DescriptorDestination implements LogDestination {
  readonly #target: Target;
  readonly #format: LineFormat;
  readonly #language: LanguageChoice;
  /** Bytes of a piece that the kernel took only in part: a line is never torn. */
  #rest: Uint8Array = new Uint8Array(0);
  #waiting = '';
  dropped = 0;
  #droppedLines = 0;
  #timer: NodeJS.Timeout | null = null;
  #blocked = false;
  #closed = false;
  /** The file is to be opened anew once no line is half written. */
  #reopens = false;

  constructor(target: Target, format: LineFormat, language: LanguageChoice) {
    this.#target = target;
    this.#format = format;
    this.#language = language;
  }

  write(lines: string): void {
    if (this.#closed) return;
    if (this.#waiting.length + lines.length > WAITING_LIMIT) {
      const count = lines.split('\n').length - 1;
      this.dropped += count;
      this.#droppedLines += count;
      return;
    }
    this.#waiting += this.#format(lines);
    // While the reader is slow, the timer tries; a line must not cost a failing system call.
    if (!this.#blocked && this.#waiting.length >= GATHER_CHARS) this.#writeOut();
    else this.#later();
  }

  reopen(): string | null {
    if (this.#closed) return null;
    // A line that is half written is finished where it began.
    if (this.#rest.length === 0) return this.#target.reopen();
    this.#reopens = true;
    return null;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const limit = performance.now() + CLOSE_LIMIT_MS;
    while (!this.#tryWrite() && performance.now() < limit) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, CLOSE_RETRY_MS);
    }
    this.#target.close();
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#writeOut();
    }, GATHER_MS);
    this.#timer.unref();
  }

  #writeOut(): void {
    this.#blocked = !this.#tryWrite();
    if (this.#blocked) this.#later();
    else if (this.#droppedLines > 0) this.#tellDropped();
  }

  /** @returns false when something still waits: the reader is slow, the disk is full, the pipe is closed */
  #tryWrite(): boolean {
    try {
      while (this.#rest.length > 0 || this.#waiting !== '') {
        if (this.#rest.length === 0) this.#nextPiece();
        const wrote = writeSync(this.#target.fd, this.#rest);
        this.#target.wrote(wrote);
        this.#rest = this.#rest.subarray(wrote);
      }
      return true;
    } catch {
      return false;
    }
  }

  #nextPiece(): void {
    // Here no line is half written: the place for another file to begin.
    if (this.#reopens) this.#reopenNow();
    const problem = this.#target.putAsideIfDue();
    if (problem !== null) this.#complain(problem);
    const end = this.#waiting.length <= PIECE_CHARS ? -1 : this.#waiting.lastIndexOf('\n', PIECE_CHARS);
    const piece = end < 0 ? this.#waiting : this.#waiting.slice(0, end + 1);
    this.#waiting = this.#waiting.slice(piece.length);
    this.#rest = Buffer.from(this.#target.head + piece);
  }

  #reopenNow(): void {
    this.#reopens = false;
    const problem = this.#target.reopen();
    if (problem !== null) this.#complain(problem);
  }

  #complain(detail: string): void {
    // Not through `write`: this is told from the middle of writing.
    const sink = { write: (line: string) => void (this.#waiting += this.#format(line)) };
    createEventWriter({ level: 'info', sink, language: this.#language }).notice('application-error', { detail });
  }

  #tellDropped(): void {
    const count = this.#droppedLines;
    this.#droppedLines = 0;
    createEventWriter({ level: 'info', sink: this, language: this.#language }).notice('events-dropped', { count });
  }
}
