import { createRequire } from 'node:module';
import type * as PinoPretty from 'pino-pretty';
import type { Level } from './catalogue.ts';

/** Forms in which finished JSON lines are written out: as they are, for people, for the journal of systemd. */
export type LineFormat = (lines: string) => string;

export function asTheyAre(lines: string): string {
  return lines;
}

/** Formats JSON lines for a terminal: time, level, event number and sentence, one event on each line. */
export function prettyLines(colorize: boolean): LineFormat {
  // Loaded only for a terminal, where nobody waits for it; a service writes its lines as they are.
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as typeof PinoPretty;
  const format = prettyFactory({
    colorize,
    hideObject: true,
    translateTime: 'SYS:HH:MM:ss.l',
    messageFormat: '{event} {msg}',
  });
  return (lines) => eachLine(lines, format);
}

/** Priorities of syslog(3), as sd-daemon(3) wants them in front of a line. */
const PRIORITIES: Readonly<Record<Level, number>> = { debug: 7, info: 6, warn: 4, error: 3 };

/** Puts the priority in front of each line, so that the journal knows warnings from information. */
export function journalLines(lines: string): string {
  return eachLine(lines, (line) => {
    const level = /^\{"level":"(\w+)"/.exec(line)?.[1] ?? 'info';
    return `<${PRIORITIES[level as Level]}>${line}\n`;
  });
}

/**
 * True when a descriptor is the stream that systemd connected to its journal (systemd.exec(5), JOURNAL_STREAM: device
 * and inode, both decimal).
 */
export function isJournal(
  stream: string | undefined,
  { dev, ino }: { readonly dev: number; readonly ino: number },
): boolean {
  return stream === `${dev}:${ino}`;
}

function eachLine(lines: string, format: (line: string) => string): string {
  let text = '';
  for (const line of lines.split('\n')) if (line !== '') text += format(line);
  return text;
}
