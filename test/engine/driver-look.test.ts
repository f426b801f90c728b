import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CELL } from '../../src/metrics/slots.ts';
import { FakeConnection } from '../support/fake-connection.ts';
import { fakeDriver } from '../support/fake-driver.ts';
import { ascii } from '../support/feed.ts';
import { SERVER_FLIGHT, rawHello } from '../support/raw-tunnel.ts';

const HOUR = 3_600_000;

/** A driver with one tunnel that has come to be opaque. */
function stage(timeouts: object) {
  const [client, origin] = [new FakeConnection('10.0.0.7'), new FakeConnection('192.0.2.1')];
  const config = { allowedHosts: ['192.0.2.1'], timeouts: { idle: 2_592_000, ...timeouts } };
  const { driver, clock, reported, table } = fakeDriver(config, origin);
  driver.accept(client);
  client.owner.received(client, ascii('CONNECT 192.0.2.1:443 HTTP/1.1\r\nHost: 192.0.2.1:443\r\n\r\n'));
  origin.owner.connected(origin);
  client.owner.received(client, rawHello('192.0.2.1'));
  origin.owner.received(origin, SERVER_FLIGHT);
  return { driver, clock, origin, reported, table };
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
