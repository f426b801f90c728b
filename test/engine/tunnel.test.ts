import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check } from '../../src/config/load.ts';
import { resolveHostRules } from '../../src/config/presets.ts';
import { Resolver } from '../../src/dial/resolver.ts';
import { Driver } from '../../src/engine/driver.ts';
import type { Connection, ConnectionOwner } from '../../src/engine/engine.ts';
import { LoopMeter } from '../../src/metrics/meter.ts';
import { compileRules } from '../../src/policy/rules.ts';
import { ascii } from '../support/feed.ts';
import { record } from '../support/flight.ts';
import { buildClientHello } from '../support/hello.ts';

/** A connection that takes everything, or nothing, and remembers what was asked of it. */
class FakeConnection implements Connection {
  readonly remoteAddress = '192.0.2.1';
  readonly remotePort = 443;
  bytesSent = 0;
  lastActiveMs = 0;
  keepsBytes = false;
  takes = true;
  readonly calls: string[] = [];
  owner!: ConnectionOwner;

  send(): boolean {
    this.calls.push('send');
    this.keepsBytes = !this.takes;
    return this.takes;
  }
  end(): void {
    this.calls.push('end');
  }
  close(): void {
    this.calls.push('close');
  }
  reset(): void {
    this.calls.push('reset');
  }
  pauseReading(): void {
    this.calls.push('pause');
  }
  resumeReading(): void {
    this.calls.push('resume');
  }
  spliceTo(): void {
    this.calls.push('splice');
  }
}

describe('a tunnel', () => {
  it('drops what a refused origin has not taken, before it reads on from a lingering client', () => {
    const loaded = check({ allowedHosts: ['192.0.2.1'] });
    assert.ok(loaded.ok);
    const { config } = loaded;
    const [client, origin] = [new FakeConnection(), new FakeConnection()];
    const connect = (_: unknown, __: number, owner: ConnectionOwner): Connection => {
      origin.owner = owner;
      return origin;
    };
    const rules = compileRules({ config, hostRules: resolveHostRules(config), ownAddresses: [] });
    const driver = new Driver({
      verifyServer: () => undefined,
      transport: { now: () => 0, connect },
      session: { rules, limits: config.limits, timeouts: config.timeouts },
      resolver: new Resolver({ ...config.dns, lookup: () => undefined, now: () => 0 }),
      report: () => undefined,
      meter: new LoopMeter(() => undefined),
      timeouts: config.timeouts,
      idPrefix: 'test',
    });
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
});
