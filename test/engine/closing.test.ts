import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Closing } from '../../src/engine/closing.ts';
import type { Ends } from '../../src/engine/ends.ts';
import type { TimerEntry } from '../../src/engine/timer-wheel.ts';
import { TimerWheel } from '../../src/engine/timer-wheel.ts';
import { RecordingConnection } from '../support/fake-connection.ts';
import { fakeDriver } from '../support/fake-driver.ts';
import { ascii } from '../support/feed.ts';
import { record } from '../support/flight.ts';
import { buildClientHello } from '../support/hello.ts';

const HALF_CLOSED_SECONDS = 30;

/** A tunnel that has just ended, at 0 ms. */
function stage() {
  const [client, origin] = [new RecordingConnection('10.0.0.7'), new RecordingConnection('192.0.2.1')];
  let nowMs = 0;
  const wheel = new TimerWheel(nowMs);
  const tunnel: Ends & TimerEntry = {
    ...{ client, origin, clientEnded: false, originEnded: false },
    ...{ dueMs: Infinity, nextEntry: null, previousEntry: null, slot: -1 },
    expired: () => {
      closing.expired();
    },
  };
  const timeouts = { idle: 600, halfClosed: HALF_CLOSED_SECONDS, dial: 10, maxTunnelAge: 0 };
  const closing = new Closing({ transport: { now: () => nowMs, connect: () => origin }, wheel, timeouts }, tunnel);
  const passUntil = (ms: number): void => {
    while (nowMs < ms) wheel.advance((nowMs += wheel.tickMs));
  };
  return { closing, client, origin, passUntil };
}

describe('a tunnel that has ended', () => {
  it('drops what a refused origin has not taken, before it reads on from a lingering client', () => {
    const [client, origin] = [new RecordingConnection('10.0.0.7'), new RecordingConnection('192.0.2.1')];
    const { driver } = fakeDriver({ allowedHosts: ['192.0.2.1'] }, origin);
    driver.accept(client);
    client.owner.received(client, ascii('CONNECT 192.0.2.1:443 HTTP/1.0\r\n\r\n'));
    origin.owner.connected(origin);
    client.owner.received(client, buildClientHello({ versions: [0x0304], extensions: [[42, new Uint8Array(0)]] }));
    origin.takes = false;
    client.owner.received(client, record(0x17, new Uint8Array(40)));
    origin.owner.received(origin, ascii('HTTP/1.1 400 Bad Request'));
    assert.deepEqual(origin.calls, ['send', 'send', 'reset']);
    assert.deepEqual(client.calls, ['send', 'pause', 'send', 'end', 'resume']);
  });

  it('leaves a client two seconds to read its answer, and closes at once when that has closed', () => {
    const { closing, client, origin, passUntil } = stage();
    closing.linger();
    assert.deepEqual([client.calls, origin.calls], [['end', 'resume'], ['close']]);
    closing.ended(client);
    assert.deepEqual(client.calls, ['end', 'resume', 'close']);
    passUntil(1_950);
    assert.equal(client.calls.length, 3);
    passUntil(2_000);
    assert.deepEqual(client.calls.slice(3), ['close']);
  });

  it('lets who still takes bytes go on, as long as bytes move', () => {
    const { closing, client, passUntil } = stage();
    client.keepsBytes = true;
    closing.linger();
    passUntil(20_000);
    client.lastActiveMs = 20_000;
    passUntil(20_000 + HALF_CLOSED_SECONDS * 1_000 - 100);
    assert.deepEqual(client.calls, ['end', 'resume']);
    passUntil(20_000 + HALF_CLOSED_SECONDS * 1_000 + 2_000);
    assert.deepEqual(client.calls, ['end', 'resume', 'reset']);
  });

  it('passes a reset on, at a distance from the last bytes', () => {
    const { closing, client, passUntil } = stage();
    closing.resetAfterFlush(client);
    passUntil(450);
    assert.deepEqual(client.calls, []);
    closing.ended(client);
    passUntil(500);
    assert.deepEqual(client.calls, ['reset']);
  });

  it('passes a reset on when the last bytes are taken, not before', () => {
    const { closing, client, passUntil } = stage();
    client.keepsBytes = true;
    closing.resetAfterFlush(client);
    passUntil(3_000);
    assert.deepEqual(client.calls, []);
    client.keepsBytes = false;
    closing.drained(client);
    assert.deepEqual(client.calls, ['reset']);
  });
});
