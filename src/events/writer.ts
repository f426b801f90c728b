import { pino } from 'pino';
import type { EventId, Level } from './catalogue.ts';
import { EVENTS } from './catalogue.ts';
import type { Notice } from './messages.ts';
import { NOTICES, messageOf } from './messages.ts';
import type { Fields, Reason } from './reasons.ts';

/**
 * Writes numbered events as JSON lines: time, level, event, msg, then what the event adds. One writer per thread; it
 * only makes lines, where they go is the sink's business.
 */

export interface EventWriter {
  write(event: EventId, reason: Reason | Notice | null, fields: Fields): void;
  /** Writes an event of the gateway itself. */
  notice(notice: Notice, fields?: Fields): void;
}

/** Takes finished lines, each ending in a line feed. */
export interface LineSink {
  write(line: string): void;
}

/** Values and sentences longer than this are cut: a line stays a line, whatever a client sends. */
const VALUE_LIMIT = 2048;
/** Entries of a list that are written. */
const LIST_LIMIT = 64;
/** Controls, invisible and direction-changing characters, line separators: JSON lets most of them through to a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
const EVERY_UNPRINTABLE = new RegExp(UNPRINTABLE, 'gu');

export interface EventWriterOptions {
  readonly level: Level;
  /** Levels of single events instead of their own; "off" writes none. */
  readonly levels?: Readonly<Record<string, Level | 'off'>>;
  /** Events 103 and 107 are written of every n-th tunnel only. */
  readonly sample?: number;
  readonly sink: LineSink;
  /** Told of every event, those that are not written included. */
  readonly reported?: (event: EventId) => void;
}

export function createEventWriter(options: EventWriterOptions): EventWriter {
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.sink,
  );
  const { sample = 1 } = options;
  const write: EventWriter['write'] = (event, reason, fields) => {
    const level = options.levels?.[event] ?? EVENTS[event].level;
    options.reported?.(event);
    if (level === 'off' || !logger.isLevelEnabled(level)) return;
    if (sample > 1 && SAMPLED.has(event) && !isChosen(fields, sample)) return;
    logger[level](compose(event, reason, fields));
  };
  return {
    write,
    notice: (notice, fields = {}) => {
      write(NOTICES[notice].event, notice, fields);
    },
  };
}

/** Events that each tunnel has one of. */
const SAMPLED: ReadonlySet<EventId> = new Set([103, 107]);

/** Chosen by the tunnel's own number, the part of its id behind the last hyphen: its events are written together or not. */
function isChosen({ tunnel }: Fields, sample: number): boolean {
  if (typeof tunnel !== 'string') return true;
  return parseInt(tunnel.slice(tunnel.lastIndexOf('-') + 1), 36) % sample === 0;
}

function compose(event: EventId, reason: Reason | Notice | null, fields: Fields): Record<string, Fields[string]> {
  const line: Record<string, Fields[string]> = { event, msg: printable(messageOf(event, reason, fields)) };
  if (reason !== null) line['reason'] = reason;
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value !== undefined && !OWN_NAMES.has(name)) line[name] = writable(value);
  }
  return line;
}

/** Names that a field cannot take: they are the writer's. */
const OWN_NAMES: ReadonlySet<string> = new Set(['time', 'level', 'event', 'msg', 'reason', '__proto__']);

function writable(value: Fields[string]): Fields[string] {
  if (typeof value === 'string') return printable(value);
  return typeof value === 'object' ? value.slice(0, LIST_LIMIT).map(printable) : value;
}

function printable(text: string): string {
  const short = text.length > VALUE_LIMIT ? `${text.slice(0, VALUE_LIMIT)}…` : text;
  return UNPRINTABLE.test(short) ? short.replace(EVERY_UNPRINTABLE, escaped) : short;
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
