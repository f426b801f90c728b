import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CHANGE_CIPHER_SPEC, RETRY_RANDOM, buildServerHello, handshake, message, record } from '../support/flight.ts';
import { Observed } from '../support/observed.ts';

const ID = new Uint8Array(32).fill(0x11);
const FLIGHT = handshake(message(11, ID), message(12), message(14));
const FINISHED = record(0x16, new Uint8Array(40));
const DATA = record(0x17, ID);

describe('whose turn it is', () => {
  it('goes to and fro up to TLS 1.2', () => {
    const { observer } = new Observed();
    assert.deepEqual([observer.turn, observer.isAnswered], ['origin', false]);
    const observed = new Observed().origin(buildServerHello());
    assert.deepEqual([observed.observer.turn, observed.observer.isAnswered], ['origin', true]);
    assert.equal(observed.origin(FLIGHT).observer.turn, 'client');
    observed.client(handshake(message(16)), CHANGE_CIPHER_SPEC);
    assert.equal(observed.observer.turn, 'client');
    assert.equal(observed.client(FINISHED).observer.turn, 'origin');
    assert.equal(observed.observer.isOver, false);
    assert.ok(observed.origin(CHANGE_CIPHER_SPEC, FINISHED).observer.isOver);
  });

  it("is the client's behind a HelloRetryRequest, and behind the server's flight of TLS 1.3", () => {
    const retry = buildServerHello({ version: 0x0304, random: RETRY_RANDOM, sessionId: ID });
    assert.equal(new Observed().origin(retry).observer.turn, 'client');
    const observed = new Observed().origin(buildServerHello({ version: 0x0304, sessionId: ID }));
    assert.equal(observed.observer.turn, 'origin');
    assert.equal(observed.origin(DATA).observer.turn, 'client');
  });
});

describe('who still hears plaintext', () => {
  const hears = ({ observer }: Observed): boolean[] => [
    observer.hearsPlaintext('client'),
    observer.hearsPlaintext('origin'),
  ];

  it('up to TLS 1.2 is whoever has not been sent ChangeCipherSpec', () => {
    const observed = new Observed().origin(buildServerHello(), FLIGHT);
    assert.deepEqual(hears(observed), [true, true]);
    assert.deepEqual(hears(observed.client(handshake(message(16)), CHANGE_CIPHER_SPEC)), [true, false]);
    assert.deepEqual(hears(observed.client(FINISHED).origin(CHANGE_CIPHER_SPEC)), [false, false]);
  });

  it("in TLS 1.3 is the client up to ServerHello, the server up to the client's first encrypted record", () => {
    const retry = buildServerHello({ version: 0x0304, random: RETRY_RANDOM, sessionId: ID });
    assert.deepEqual(hears(new Observed().origin(retry)), [true, true]);
    const observed = new Observed().origin(buildServerHello({ version: 0x0304, sessionId: ID }), DATA);
    assert.deepEqual(hears(observed), [false, true]);
    assert.deepEqual(hears(observed.client(DATA)), [false, false]);
  });
});
