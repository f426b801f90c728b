import { pino } from 'pino';
import { build as pretty } from 'pino-pretty';
import type { LineSink } from './writer.ts';

/**
 * Where events end up: `log.file`, or standard output; for people when that is a terminal, as JSON lines otherwise.
 * Only the primary has one, so lines of different processes never mix.
 */

export interface LogDestination extends LineSink {
  /** Writes out what is buffered, then releases the file. */
  close(): void;
}

/** Lines are gathered this far before they are written, or until the next turn of `FLUSH_MS`. */
const BUFFER_BYTES = 4 * 1024;
const FLUSH_MS = 100;

/** @throws an errno error when `file` cannot be opened for appending */
export function openDestination(file: string): LogDestination {
  if (file === '' && process.stdout.isTTY) return terminal();
  const target = file === '' ? { fd: 1 } : { dest: file, append: true, mkdir: true, mode: 0o640 };
  const stream = pino.destination({ ...target, minLength: BUFFER_BYTES, sync: true });
  // A full disk or a closed pipe must not end the gateway: these lines are lost, the next may not be.
  stream.on('error', () => undefined);
  const timer = setInterval(() => {
    quietly(() => {
      stream.flushSync();
    });
  }, FLUSH_MS);
  timer.unref();
  return {
    write: (lines) => {
      quietly(() => {
        stream.write(lines);
      });
    },
    close: () => {
      clearInterval(timer);
      quietly(() => {
        stream.flushSync();
      });
    },
  };
}

function terminal(): LogDestination {
  const options = { singleLine: true, translateTime: 'SYS:HH:MM:ss.l', messageKey: 'msg', ignore: 'reason' };
  const stream = pretty({ ...options, colorize: true, destination: 1, sync: true });
  return {
    write: (lines) => {
      for (const line of lines.split('\n')) if (line !== '') stream.write(`${line}\n`);
    },
    close: () => undefined,
  };
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // See above: losing a line is better than losing the gateway.
  }
}
