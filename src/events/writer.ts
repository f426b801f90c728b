import type { EventId, Level } from './catalogue.ts';
import { EVENTS } from './catalogue.ts';
import type { Subject } from './line.ts';
import { GATEWAY, eventLine } from './line.ts';
import type { LanguageChoice } from '../languages/tags.ts';
import { messageOf } from './messages.ts';
import type { Notice } from './notices.ts';
import { NOTICES } from './notices.ts';
import type { Fields, Reason } from './reasons.ts';
import { sentencesIn } from './sentences.ts';

/**
 * Writes numbered events as JSON lines. One writer per thread; it only makes lines, where they go is the sink's
 * business.
 */

export interface EventWriter {
  /** @param subject whom the event is about; its fields stand before those of the event and win over them */
  write(event: EventId, reason: Reason | Notice | null, fields: Fields, subject?: Subject): void;
  /** Writes an event of the gateway itself. */
  notice(notice: Notice, fields?: Fields): void;
}

/** Takes finished lines, each ending in a line feed. */
export interface LineSink {
  write(line: string): void;
}

/** In the order of their weight. */
const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error'];
const NOTHING: Fields = {};

export interface EventWriterOptions {
  readonly level: Level;
  /** Levels of single events instead of their own; "off" writes none. */
  readonly levels?: Readonly<Record<string, Level | 'off'>>;
  /** Events 103 and 107 are written of every n-th tunnel only. */
  readonly sample?: number;
  /** Of the sentences; English when it is left out. */
  readonly language?: LanguageChoice;
  readonly sink: LineSink;
  /** Told of every event, those that are not written included. */
  readonly reported?: (event: EventId) => void;
}

export function createEventWriter(options: EventWriterOptions): EventWriter {
  const { sink, levels = {}, sample = 1 } = options;
  const sentences = sentencesIn(options.language ?? 'en');
  const isWritten: Readonly<Record<Level, boolean>> = enabled(options.level);
  const write: EventWriter['write'] = (event, reason, fields, subject = GATEWAY) => {
    const level = levels[event] ?? EVENTS[event].level;
    options.reported?.(event);
    if (level === 'off' || !isWritten[level]) return;
    if (sample > 1 && SAMPLED.has(event) && !isChosen(subject.fields['tunnel'] ?? fields['tunnel'], sample)) return;
    const msg = messageOf(event, reason, fields, subject.fields, sentences);
    sink.write(eventLine({ level, event, msg, reason }, subject, fields));
  };
  return {
    write,
    notice: (notice, fields = NOTHING) => {
      write(NOTICES[notice].event, notice, fields);
    },
  };
}

/** Events that each tunnel has one of. */
const SAMPLED: ReadonlySet<EventId> = new Set([103, 107]);

/** Chosen by the tunnel's own number, the part of its id behind the last hyphen: its events are written together or not. */
function isChosen(tunnel: Fields[string] | undefined, sample: number): boolean {
  if (typeof tunnel !== 'string') return true;
  return parseInt(tunnel.slice(tunnel.lastIndexOf('-') + 1), 36) % sample === 0;
}

function enabled(lowest: Level): Record<Level, boolean> {
  const from = LEVELS.indexOf(lowest);
  const is = (level: Level): boolean => LEVELS.indexOf(level) >= from;
  return { debug: is('debug'), info: is('info'), warn: is('warn'), error: is('error') };
}
