import { Cursor, Truncated } from './cursor.ts';

/** The NewSessionTicket message up to TLS 1.2 (RFC 5077 section 3.3). */

export type ReadSessionTicket =
  /** `ticket` is a view into the body; empty when the server has changed its mind. 0 seconds: no word on the lifetime. */
  | { readonly ok: true; readonly lifetimeSeconds: number; readonly ticket: Uint8Array }
  | { readonly ok: false; readonly detail: string };

/** @param body the message without its head. Never throws. */
export function readSessionTicket(body: Uint8Array): ReadSessionTicket {
  try {
    const cursor = new Cursor(body);
    const lifetimeSeconds = cursor.u16() * 0x10000 + cursor.u16();
    const ticket = cursor.take(cursor.u16());
    return cursor.left > 0 ? { ok: false, detail: 'bytes follow the ticket' } : { ok: true, lifetimeSeconds, ticket };
  } catch (error) {
    if (error instanceof Truncated) return { ok: false, detail: 'a length in NewSessionTicket is wrong' };
    throw error;
  }
}
