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

describe('a driver that looks at its tunnels', () => {
  const loaded = check({ allowedHosts: ['192.0.2.1'], timeouts: { idle: 2_592_000 }, tls: { missingSni: 'allow' } });
  assert.ok(loaded.ok);
  const { config } = loaded;

  it('tells once an hour of a tunnel that stays open, and each second what has moved', () => {
    let nowMs = 1_000;
    const [client, origin] = [new Sink(), new Sink()];
    const reported: [Reason | null, Fields][] = [];
    const table = createTable();
    const driver = new Driver({
      verifyServer: () => undefined,
      transport: {
        now: () => nowMs,
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
      resolver: new Resolver({ ...config.dns, lookup: () => undefined, now: () => nowMs }),
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
    const query = { limit: 5, sort: 'age', text: '' } as const;
    assert.deepEqual(
      driver.list(query).rows.map(({ state, tls }) => [state, tls]),
      [['opaque', 'TLS 1.3']],
      JSON.stringify(reported),
    );
    const before = origin.bytesSent;
    origin.bytesSent += 5_000;
    nowMs += 1_000;
    driver.tick();
    const [row] = driver.list(query).rows;
    assert.equal(row?.bytesUp, before + 5_000);
    assert.equal(table[CELL.bytesUp], before + 5_000);
    for (let hours = 1; hours <= 3; hours += 1) {
      nowMs = 1_000 + hours * HOUR - 1_000;
      driver.tick();
      nowMs += 1_500;
      driver.tick();
      nowMs += 1_000;
      driver.tick();
    }
    const interim = reported.filter(([reason]) => reason === 'still-open').map(([, fields]) => fields);
    assert.equal(interim.length, 3);
    assert.ok(Math.abs(Number(interim[1]?.['ageMs']) - 2 * HOUR) < 2_000);
    assert.equal(interim[0]?.['bytesUp'], before + 5_000);
    driver.cutAll('drain-timeout');
    assert.deepEqual([table[CELL.tunnelsOpened], table[CELL.tunnelsClosed], table[CELL.clientsClosed]], [1, 1, 1]);
  });
});
