/**
 * The numbered events an operator sees. One table; numbers and meanings are those of the reference gateway.
 *
 * This file is data only and imports nothing, so that the pure layers may name an event without being able to write
 * one. `docs/events.md` is compared with it by a test, both ways.
 */

export type Level = 'debug' | 'info' | 'warn' | 'error';

interface EventRow {
  readonly level: Level;
  /** Short name for `docs/events.md` and for people who read the table. */
  readonly title: string;
}

export const EVENTS = {
  100: { level: 'info', title: 'General information' },
  101: { level: 'info', title: 'Service started' },
  102: { level: 'info', title: 'Service stopped' },
  103: { level: 'info', title: 'CONNECT received' },
  104: { level: 'warn', title: 'Request is not a valid CONNECT' },
  105: { level: 'warn', title: 'Destination, client or client certificate not allowed' },
  106: { level: 'warn', title: 'TLS session suspicious and rejected' },
  107: { level: 'info', title: 'TLS session verified' },
  300: { level: 'warn', title: 'Nothing is allowed yet' },
  400: { level: 'error', title: 'Application error' },
  401: { level: 'error', title: 'Wrong configuration' },
  402: { level: 'warn', title: 'TLS handshake message cannot be parsed' },
  403: { level: 'error', title: 'Network error' },
} as const satisfies Record<number, EventRow>;

export type EventId = keyof typeof EVENTS;
