import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSessionTicket } from '../../src/tls/session-ticket.ts';

describe('readSessionTicket', () => {
  it('gives lifetime and ticket', () => {
    const read = readSessionTicket(Uint8Array.of(0x80, 0, 0x1c, 0x20, 0, 2, 7, 8));
    assert.deepEqual(read, { ok: true, lifetimeSeconds: 0x80001c20, ticket: Uint8Array.of(7, 8) });
    assert.deepEqual(readSessionTicket(new Uint8Array(6)), { ok: true, lifetimeSeconds: 0, ticket: new Uint8Array(0) });
  });

  it('says what is wrong', () => {
    assert.deepEqual(readSessionTicket(new Uint8Array(5)), {
      ok: false,
      detail: 'a length in NewSessionTicket is wrong',
    });
    assert.deepEqual(readSessionTicket(new Uint8Array(7)), { ok: false, detail: 'bytes follow the ticket' });
    assert.equal(readSessionTicket(Uint8Array.of(0, 0, 0, 0, 0, 9, 1)).ok, false);
  });
});
