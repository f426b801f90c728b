import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { EventFeed, EventFilter } from '../events/feed.ts';
import { retold } from '../events/retell.ts';
import { countUpTo } from './answers.ts';
import { languageSchema } from './check.ts';

/**
 * Events as they happen, as a server-sent stream (HTML Living Standard, section 9.2). A follower that reads too slowly
 * loses events and is told how many; the gateway keeps nothing for it beyond a bounded buffer.
 */

const RECENT_LIMIT = 2_000;

export const eventQuerySchema = z.strictObject({
  follow: z
    .enum(['true', 'false'])
    .default('true')
    .describe('true: a stream that goes on; false: the recent events as JSON.'),
  recent: countUpTo(RECENT_LIMIT, 0).default(100).describe('Events of the past that come first.'),
  event: z
    .string()
    .regex(/^(?:\d{3}(?:,\d{3}){0,20})?$/, 'is no list of event numbers like 105,106')
    .default('')
    .describe('Event numbers, with commas; empty for all.'),
  client: z.string().max(100).default('').describe('Part of the client’s address and port.'),
  text: z.string().max(300).default('').describe('Part of anything the event says.'),
  language: languageSchema.describe('Of the sentences; that of the log when it is left out.'),
});
export type EventQuery = z.infer<typeof eventQuerySchema>;

export const eventListSchema = z.strictObject({
  events: z.array(z.looseObject({ time: z.string(), level: z.string(), event: z.int(), msg: z.string() })),
});

/** Bytes that may wait in a follower's connection. */
const BUFFER_LIMIT = 256 * 1024;
/** A comment keeps proxies from closing a quiet stream, and finds out that a follower has gone. */
const BEAT_MS = 15_000;

export function filterOf({ event, client, text }: EventQuery): EventFilter {
  return { events: event === '' ? [] : event.split(',').map(Number), client, text };
}

/** Makes lines say what they say in the language that was asked for. */
export function tellerOf({ language }: EventQuery): (line: string) => string {
  return language === undefined ? (line) => line : (line) => retold(line, language);
}

/** Lines as one JSON document; they are JSON objects already. */
export function eventsAsJson(lines: readonly string[]): string {
  return `{"events":[${lines.join(',')}]}`;
}

/**
 * Writes recent events and then all that fit, until the follower leaves.
 * @returns false when there are too many followers; nothing is written then
 */
export function streamEvents(
  feed: Pick<EventFeed, 'recent' | 'follow'>,
  response: ServerResponse,
  query: EventQuery,
  headers: Readonly<Record<string, string>>,
): boolean {
  const filter = filterOf(query);
  const tell = tellerOf(query);
  let dropped = 0;
  const send = (line: string): void => {
    if (response.writableLength > BUFFER_LIMIT) {
      dropped += 1;
      return;
    }
    if (dropped > 0) {
      response.write(`event: dropped\ndata: {"dropped":${dropped}}\n\n`);
      dropped = 0;
    }
    response.write(`data: ${tell(line)}\n\n`);
  };
  const stop = feed.follow(filter, send);
  if (stop === null) return false;
  response.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8' });
  response.write(': events of the gateway\n\n');
  for (const line of feed.recent(filter, query.recent)) send(line);
  const beat = setInterval(() => response.write(': still here\n\n'), BEAT_MS);
  beat.unref();
  response.on('close', () => {
    clearInterval(beat);
    stop();
  });
  return true;
}
