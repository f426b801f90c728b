import type { EventId, Level } from './catalogue.ts';
import type { Fields } from './reasons.ts';

/**
 * One event as a JSON line. Written by hand, because a tunnel is three of them and nothing else in its life costs as much:
 * names and most values need no escaping, and one look tells (bench/event-line.ts).
 */

/** Values and sentences longer than this are cut: a line stays a line, whatever a client sends. */
const VALUE_LIMIT = 2048;
/** Entries of a list that are written. */
const LIST_LIMIT = 64;
/** Printable ASCII without the two characters that JSON escapes: goes between quotes as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;
/** Controls, invisible and direction-changing characters, line separators: JSON lets most of them through to a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
const EVERY_UNPRINTABLE = new RegExp(UNPRINTABLE, 'gu');
/** Names that a field cannot take: they are the writer's. */
const OWN_NAMES: ReadonlySet<string> = new Set(['time', 'level', 'event', 'msg', 'reason', '__proto__']);

/** What an event says, before its fields. */
export interface EventHead {
  readonly level: Level;
  readonly event: EventId;
  readonly msg: string;
  readonly reason: string | null;
}

/** Whom an event is about: fields that several events share, turned into JSON once. */
export class Subject {
  readonly fields: Fields;
  #members: string | null = null;

  constructor(fields: Fields) {
    this.fields = fields;
  }

  /** The fields as JSON members, each behind a comma. */
  get members(): string {
    return (this.#members ??= members(this.fields, NOTHING));
  }
}

const NOTHING: Fields = {};
/** The gateway itself: events that are about nobody else. */
export const GATEWAY = new Subject(NOTHING);

/** The line, line feed included: level, time, event, msg, reason, then the fields of the subject and of the event. */
export function eventLine(head: EventHead, subject: Subject, fields: Fields): string {
  const reason = head.reason === null ? '' : `,"reason":"${head.reason}"`;
  const start = `{"level":"${head.level}","time":"${timeNow()}","event":${head.event},"msg":${quoted(head.msg)}${reason}`;
  return `${start}${subject.members}${members(fields, subject.fields)}}\n`;
}

/** @param known fields that stand in the line already: a name comes once */
function members(fields: Fields, known: Fields): string {
  let text = '';
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined || known[name] !== undefined || OWN_NAMES.has(name)) continue;
    text += memberName(name) + jsonOf(value);
  }
  return text;
}

/** Names of fields as JSON, each behind a comma. They come from this program, so there are few. */
const memberNames = new Map<string, string>();

function memberName(name: string): string {
  let text = memberNames.get(name);
  if (text === undefined) memberNames.set(name, (text = `,${quoted(name)}:`));
  return text;
}

function jsonOf(value: Fields[string]): string {
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'object' ? `[${value.slice(0, LIST_LIMIT).map(quoted).join(',')}]` : String(value);
}

function quoted(text: string): string {
  if (text.length <= VALUE_LIMIT && PLAIN.test(text)) return `"${text}"`;
  const short = text.length > VALUE_LIMIT ? `${text.slice(0, VALUE_LIMIT)}…` : text;
  return JSON.stringify(UNPRINTABLE.test(short) ? short.replace(EVERY_UNPRINTABLE, escaped) : short);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

let lastMs = 0;
let lastTime = '';

/** The time as ISO 8601 with milliseconds; made once per millisecond. */
function timeNow(): string {
  const nowMs = Date.now();
  if (nowMs !== lastMs) {
    lastMs = nowMs;
    lastTime = new Date(nowMs).toISOString();
  }
  return lastTime;
}
