import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { isatty } from 'node:tty';
import { pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { LineSink } from './writer.ts';
import { createEventWriter } from './writer.ts';

/**
 * Where events end up: `log.file`, or standard output; for people when that is a terminal, as JSON lines otherwise.
 * Only the primary has one, so lines of different processes never mix. The primary also accepts connections, so it must
 * never wait for a disk or for whoever reads its output: writes are asynchronous, bounded, and lost rather than waited for.
 */

export interface LogDestination extends LineSink {
  /** Writes out what is buffered unless the reader is stuck, then releases the file. */
  close(): void;
}

/** Lines are gathered this far before they are written, or until the next turn of `FLUSH_MS`. */
const BUFFER_BYTES = 4 * 1024;
const FLUSH_MS = 100;
/** Bytes that may wait for a slow reader; lines beyond are dropped and counted. */
const WAITING_LIMIT = 4 * 1024 * 1024;
/** A write under way for longer than this is stuck: closing does not wait behind it. */
const STUCK_MS = 1_000;
const STDOUT = 1;

/** @throws an errno error when `file` cannot be opened for appending */
export function openDestination(file: string): LogDestination {
  if (file !== '') return new StreamDestination(openLogFile(file), (lines) => lines);
  // Not `process.stdout.isTTY`: touching that stream makes a pipe non-blocking, and full pipes are then polled.
  const forPeople = isatty(STDOUT);
  return new StreamDestination(
    STDOUT,
    forPeople ? prettyLines(process.env['NO_COLOR'] === undefined) : (lines) => lines,
  );
}

/** Formats JSON lines for a terminal: time, level, event number and sentence, one event on each line. */
export function prettyLines(colorize: boolean): (lines: string) => string {
  const format = prettyFactory({
    colorize,
    hideObject: true,
    translateTime: 'SYS:HH:MM:ss.l',
    messageFormat: '{event} {msg}',
  });
  return (lines) => {
    let text = '';
    for (const line of lines.split('\n')) if (line !== '') text += format(line);
    return text;
  };
}

function openLogFile(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  // Owner writes, group reads: events name clients and destinations.
  return openSync(file, 'a', 0o640);
}

class StreamDestination implements LogDestination {
  readonly #stream: ReturnType<typeof pino.destination>;
  readonly #format: (lines: string) => string;
  readonly #timer: NodeJS.Timeout;
  #droppedLines = 0;
  /** Since when what was written waits to be taken; null while nothing waits. */
  #waitingSinceMs: number | null = null;
  #closing = false;

  constructor(fd: number, format: (lines: string) => string) {
    this.#format = format;
    this.#stream = pino.destination({
      dest: fd,
      sync: false,
      minLength: BUFFER_BYTES,
      maxLength: WAITING_LIMIT,
      // Without this, closing would retry a full pipe for ever.
      retryEAGAIN: () => !this.#closing,
    });
    // A full disk or a closed pipe must not end the gateway: the lines wait for the next try or are lost.
    this.#stream.on('error', () => undefined);
    this.#stream.on('drop', (lines: string) => {
      this.#droppedLines += lines.split('\n').length - 1;
    });
    this.#stream.on('write', () => {
      if (this.#waitingSinceMs !== null) this.#waitingSinceMs = performance.now();
    });
    this.#stream.on('drain', () => {
      this.#waitingSinceMs = null;
      this.#tellDropped();
    });
    this.#timer = setInterval(() => {
      if (this.#waitingSinceMs !== null)
        quietly(() => {
          this.#stream.flush();
        });
    }, FLUSH_MS);
    this.#timer.unref();
  }

  write(lines: string): void {
    this.#waitingSinceMs ??= performance.now();
    quietly(() => this.#stream.write(this.#format(lines)));
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    clearInterval(this.#timer);
    const stuck = this.#waitingSinceMs !== null && performance.now() - this.#waitingSinceMs > STUCK_MS;
    if (!stuck)
      quietly(() => {
        this.#stream.flushSync();
      });
    quietly(() => {
      this.#stream.destroy();
    });
  }

  #tellDropped(): void {
    const count = this.#droppedLines;
    if (count === 0 || this.#closing) return;
    this.#droppedLines = 0;
    createEventWriter({ level: 'info', sink: this }).notice('events-dropped', { count });
  }
}

function quietly(action: () => unknown): void {
  try {
    action();
  } catch {
    // See above: losing a line is better than losing the gateway.
  }
}
