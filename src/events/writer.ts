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

/** Field values longer than this are cut: a line stays a line, whatever a client sends. */
const VALUE_LIMIT = 2048;

export function createEventWriter(options: { readonly level: Level; readonly sink: LineSink }): EventWriter {
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.sink,
  );
  const write: EventWriter['write'] = (event, reason, fields) => {
    const { level } = EVENTS[event];
    if (!logger.isLevelEnabled(level)) return;
    const record = { event, msg: bounded(messageOf(event, reason, fields)), reason: reason ?? undefined };
    logger[level]({ ...record, ...boundedFields(fields) });
  };
  return {
    write,
    notice: (notice, fields = {}) => {
      write(NOTICES[notice].event, notice, fields);
    },
  };
}

function boundedFields(fields: Fields): Fields {
  for (const value of Object.values(fields)) {
    if (typeof value === 'string' && value.length > VALUE_LIMIT) {
      return Object.fromEntries(Object.entries(fields).map(([name, each]) => [name, boundedValue(each)]));
    }
  }
  return fields;
}

function boundedValue(value: Fields[string]): Fields[string] {
  return typeof value === 'string' ? bounded(value) : value;
}

function bounded(text: string): string {
  return text.length > VALUE_LIMIT ? `${text.slice(0, VALUE_LIMIT)}…` : text;
}
