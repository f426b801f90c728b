import type { BenchOptions } from 'tinybench';
import { Bench } from 'tinybench';
import { assemble } from '../src/engine/assemble.ts';
import type { Driver } from '../src/engine/driver.ts';
import type { Connection } from '../src/engine/engine.ts';
import { FakeConnection } from '../test/support/fake-connection.ts';
import { ascii } from '../test/support/feed.ts';
import { loopParts } from '../test/support/loop-parts.ts';
import { loopSettings } from '../test/support/loop-settings.ts';
import { record } from '../test/support/flight.ts';
import { buildClientHello } from '../test/support/hello.ts';
import { SERVER_FLIGHT } from '../test/support/raw-tunnel.ts';
import { keep } from './support/keep.ts';

/**
 * What does a whole tunnel cost above the kernel: request, policy, dial, both sides of the handshake, counters and its
 * three event lines, from accept to close? Everything but system calls; connections only count what they are given.
 */

const HOST = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.ods.opinsights.azure.com';
const REQUEST = ascii(`CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}:443\r\nUser-Agent: agent/1.0\r\n\r\n`);
const HELLO = buildClientHello({ serverName: HOST, versions: [0x0304, 0x0303] });
const CLIENT_FINISHED = record(0x17, new Uint8Array(40));
const SETTINGS = {
  allowedHosts: [`*.ods.opinsights.azure.com`],
  dns: { hosts: { [HOST]: '192.0.2.1' } },
};

export function createBench(options: BenchOptions): Bench {
  const bench = new Bench({ ...options, name: 'one tunnel from accept to close, without the kernel' });
  for (const [name, level] of [
    ['with its three event lines', 'info'],
    ['events counted, not written', 'error'],
  ] as const) {
    const { driver, dialed } = scene(level);
    const run = (): void => {
      play(driver, dialed);
    };
    run();
    if (driver.open > 0) throw new Error('the tunnel of the benchmark does not close');
    bench.add(name, run);
  }
  return bench;
}

/** A driver whose dials connect at once. */
function scene(level: string): { driver: Driver; dialed: () => Connection } {
  let origin: Connection = new FakeConnection('192.0.2.1');
  const parts = loopParts({
    transport: {
      now: () => 1_000,
      connect: (_address, _port, owner) => {
        origin = new FakeConnection('192.0.2.1');
        origin.owner = owner;
        return origin;
      },
    },
    lines: (text, _report, done) => {
      keep(Buffer.byteLength(text));
      done();
    },
  });
  const { driver, lines } = assemble(loopSettings({ ...SETTINGS, log: { level } }), parts);
  keep(lines);
  return { driver, dialed: () => origin };
}

function play(driver: Driver, dialed: () => Connection): void {
  const client = new FakeConnection('10.0.0.7');
  driver.accept(client);
  client.owner.received(client, REQUEST);
  const origin = dialed();
  origin.owner.connected(origin);
  client.owner.received(client, HELLO);
  origin.owner.received(origin, SERVER_FLIGHT);
  client.owner.received(client, CLIENT_FINISHED);
  client.owner.ended(client);
  origin.owner.ended(origin);
}
