import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAuthority } from '../../src/address/authority.ts';
import type { Ends } from '../../src/engine/ends.ts';
import { TunnelRecord, endpoint } from '../../src/engine/tunnel-record.ts';
import type { Fields } from '../../src/events/reasons.ts';
import { LoopMeter } from '../../src/metrics/meter.ts';
import { CELL, createTable } from '../../src/metrics/slots.ts';
import { FakeConnection } from '../support/fake-connection.ts';

/** A record of a client that came at 0 ms, and the lines that it makes. */
function stage() {
  const [client, origin] = [new FakeConnection('10.0.0.7'), new FakeConnection('192.0.2.1')];
  const ends: { -readonly [Name in keyof Ends]: Ends[Name] } = {
    client,
    origin: null,
    clientEnded: false,
    originEnded: false,
  };
  const clock = { nowMs: 0 };
  const lines: Fields[] = [];
  const table = createTable();
  const record = new TunnelRecord(
    {
      transport: { now: () => clock.nowMs, connect: () => origin },
      meter: new LoopMeter(() => undefined, table),
      timeouts: { idle: 600, halfClosed: 30, dial: 10, maxTunnelAge: 0 },
      report: (event, reason, fields, subject) => {
        lines.push({ event, reason: reason ?? '', ...subject.fields, ...fields });
      },
    },
    'test-1',
    ends,
  );
  return { record, ends, client, origin, clock, lines, table };
}

function dial({ record, ends, origin }: ReturnType<typeof stage>, relay: string): void {
  const destination = parseAuthority('origin.test:443');
  assert.ok(destination.ok);
  record.dialing(destination.authority);
  ends.origin = origin;
  record.dialed(relay);
}

describe('record of a tunnel', () => {
  it('says in every event who it is for, as far as that is known', () => {
    const scene = stage();
    const { record, lines } = scene;
    record.report(102, null, {});
    record.clientIs('2001:db8::7', 4_000);
    record.userIs('agent');
    dial(scene, '');
    record.report(105, null, {});
    assert.deepEqual(lines, [
      { event: 102, reason: '', tunnel: 'test-1', client: '10.0.0.7:50368' },
      {
        ...{ event: 105, reason: '', tunnel: 'test-1', client: '[2001:db8::7]:4000', user: 'agent' },
        destination: 'origin.test:443',
      },
    ]);
    assert.equal(record.clientAddress, '2001:db8::7');
  });

  it('tells with its end how long it was and what it has moved, and counts that', () => {
    const scene = stage();
    const { record, client, origin, clock, lines, table } = scene;
    dial(scene, 'relay.test:3128');
    [origin.bytesSent, client.bytesSent] = [500, 70];
    clock.nowMs = 1_500.4;
    record.reportEnd('origin-lost', { detail: 'ETIMEDOUT' });
    assert.deepEqual(
      lines.map(({ event, reason }) => [event, reason]),
      [
        [403, 'origin-lost'],
        [100, 'origin-lost'],
      ],
    );
    const { relay, endedBy, bytesUp, bytesDown, durationMs, detail } = lines[1] ?? {};
    assert.deepEqual([relay, endedBy, detail], ['relay.test:3128', 'origin', 'ETIMEDOUT']);
    assert.deepEqual([bytesUp, bytesDown, durationMs], [500, 70, 1_500]);
    assert.deepEqual([table[CELL.bytesUp], table[CELL.bytesDown], table[CELL.tunnelsClosed]], [500, 70, 1]);
  });

  it('has a row for the table, without bytes while there is no destination', () => {
    const scene = stage();
    const { record, client, origin } = scene;
    client.bytesSent = 39;
    const before = record.row(10, 'reading-request');
    assert.deepEqual([before.destination, before.bytesDown, before.tls], ['', 0, '']);
    dial(scene, '');
    record.report(107, null, { version: 'TLS 1.3' });
    [origin.bytesSent, client.bytesSent] = [2_000, 100];
    record.look(1_000);
    assert.deepEqual(record.row(2_000, 'opaque'), {
      ...{ tunnel: 'test-1', client: '10.0.0.7:50368', destination: 'origin.test:443', state: 'opaque' },
      ...{ tls: 'TLS 1.3', bytesUp: 2_000, bytesDown: 100, upPerSecond: 2_000, downPerSecond: 100, ageMs: 2_000 },
    });
  });
});

describe('endpoint', () => {
  it('has brackets around IPv6', () => {
    assert.deepEqual([endpoint('10.0.0.7', 80), endpoint('::1', 80)], ['10.0.0.7:80', '[::1]:80']);
  });
});
