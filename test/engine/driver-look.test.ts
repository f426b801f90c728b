import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check } from '../../src/config/load.ts';
import { Resolver } from '../../src/dial/resolver.ts';
import { Driver } from '../../src/engine/driver.ts';
import type { Connection, ConnectionOwner } from '../../src/engine/engine.ts';
import type { Fields, Reason } from '../../src/events/reasons.ts';
import { LoopMeter } from '../../src/metrics/meter.ts';
import { CELL, createTable } from '../../src/metrics/slots.ts';
import { compileRules } from '../../src/policy/rules.ts';
import { ascii } from '../support/feed.ts';
import { SERVER_FLIGHT, rawHello } from '../support/raw-tunnel.ts';

const HOUR = 3_600_000;

/** A connection that takes everything and counts it. */
class Sink implements Connection {
  readonly remoteAddress = '192.0.2.1';
  readonly remotePort = 443;
  readonly keepsBytes = false;
  bytesSent = 0;
  lastActiveMs = 0;
  owner!: ConnectionOwner;

  send(bytes: Uint8Array): boolean {
    this.bytesSent += bytes.length;
    return true;
  }
  end(): void {
    this.lastActiveMs += 0;
  }
  close(): void {
    this.owner.closed(this);
  }
  reset(): void {
    this.owner.closed(this);
  }
  pauseReading(): void {
    this.lastActiveMs += 0;
  }
  resumeReading(): void {
    this.lastActiveMs += 0;
  }
  spliceTo(): void {
    this.lastActiveMs += 0;
  }
}

/** A driver with one tunnel that has come to be opaque. */
function stage(timeouts: object) {
  const loaded = check({ allowedHosts: ['192.0.2.1'], timeouts: { idle: 2_592_000, ...timeouts } });
  assert.ok(loaded.ok);
  const { config } = loaded;
  const clock = { nowMs: 1_000 };
  const [client, origin] = [new Sink(), new Sink()];
  const reported: [Reason | null, Fields][] = [];
  const table = createTable();
  const driver = new Driver({
    verifyServer: () => undefined,
    transport: {
      now: () => clock.nowMs,
      connect: (_, __, owner) => {
        origin.owner = owner;
        return origin;
      },
    },
    session: {
      rules: compileRules({
        config,
        hostRules: [{ pattern: '192.0.2.1', origin: 'allowedHosts' }],
        ownAddresses: [],
      }),
      limits: config.limits,
      timeouts: config.timeouts,
    },
    resolver: new Resolver({ ...config.dns, lookup: () => undefined, now: () => clock.nowMs }),
    report: (_, reason, fields) => reported.push([reason, fields]),
    meter: new LoopMeter(() => undefined, table),
    timeouts: config.timeouts,
    idPrefix: 'test',
  });
  driver.accept(client);
  client.owner.received(client, ascii('CONNECT 192.0.2.1:443 HTTP/1.1\r\nHost: 192.0.2.1:443\r\n\r\n'));
  origin.owner.connected(origin);
  client.owner.received(client, rawHello('192.0.2.1'));
  origin.owner.received(origin, SERVER_FLIGHT);
  return { driver, clock, client, origin, reported, table };
}

describe('a driver that looks at its tunnels', () => {
  it('tells once an hour of a tunnel that stays open, and each second what has moved', () => {
    const { driver, clock, origin, reported, table } = stage({});
    const query = { limit: 5, sort: 'age', text: '' } as const;
    assert.deepEqual(
      driver.list(query).rows.map(({ state, tls }) => [state, tls]),
      [['opaque', 'TLS 1.3']],
      JSON.stringify(reported),
    );
    const before = origin.bytesSent;
    origin.bytesSent += 5_000;
    clock.nowMs += 1_000;
    driver.tick();
    const [row] = driver.list(query).rows;
    assert.equal(row?.bytesUp, before + 5_000);
    assert.equal(table[CELL.bytesUp], before + 5_000);
    for (let hours = 1; hours <= 3; hours += 1) {
      clock.nowMs = 1_000 + hours * HOUR - 1_000;
      driver.tick();
      clock.nowMs += 1_500;
      driver.tick();
      clock.nowMs += 1_000;
      driver.tick();
    }
    const interim = reported.filter(([reason]) => reason === 'still-open').map(([, fields]) => fields);
    assert.equal(interim.length, 3);
    assert.ok(Math.abs(Number(interim[1]?.['ageMs']) - 2 * HOUR) < 2_000);
    assert.equal(interim[0]?.['bytesUp'], before + 5_000);
    driver.cutAll('drain-timeout');
    assert.deepEqual([table[CELL.tunnelsOpened], table[CELL.tunnelsClosed], table[CELL.clientsClosed]], [1, 1, 1]);
  });

  /** Seconds after which a tunnel ended; `busy` while bytes move all the time. */
  const endedAt = (timeouts: object, busy: boolean): number | null => {
    const { driver, clock, origin, reported } = stage(timeouts);
    for (let second = 1; second <= 1_200; second += 1) {
      clock.nowMs = 1_000 + second * 1_000;
      if (busy) origin.bytesSent += 1_000;
      driver.tick();
      const end = reported.find(([, fields]) => fields['durationMs'] !== undefined);
      if (end === undefined) continue;
      assert.deepEqual([end[0], end[1]['endedBy'], driver.open], ['max-age', 'gateway', 0]);
      return second;
    }
    return null;
  };

  it('ends a tunnel that is too old when it is quiet, at a time of its own', () => {
    const ends = Array.from({ length: 20 }, () => endedAt({ maxTunnelAge: 1_000 }, false));
    assert.ok(
      ends.every((second) => second !== null && second >= 900 && second <= 1_001),
      ends.join(),
    );
    assert.ok(new Set(ends).size > 1, 'not all at once');
  });

  it('ends it even when it is never quiet, a little later', () => {
    const second = endedAt({ maxTunnelAge: 1_000 }, true);
    assert.ok(second !== null && second >= 1_000 && second <= 1_101, `${second}`);
  });

  it('ends none for its age unless it is told to', () => {
    assert.equal(endedAt({}, false), null);
  });
});
