import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Status } from '../../src/admin/status.ts';
import type { Gateway, GatewayEvent } from '../support/gateway.ts';
import { freePort, startGateway } from '../support/gateway.ts';
import type { RawOrigin } from '../support/raw-tunnel.ts';
import { openClient, openTunnel, readAll, readBytes, startRawOrigin } from '../support/raw-tunnel.ts';

/**
 * The log lies on a file system of one megabyte. Once that is full, tunnels and refusals go on; what could not be written
 * is counted, and told once when there is room again.
 */

const SMALL = 'size=1m';
const LARGE = 'size=64m';
/** Long names make long lines: the disk and the 4 MB that may wait are full after some two thousand requests. */
const AGENT = 'x'.repeat(200);
const OTHER = `${`${'x'.repeat(59)}.`.repeat(4)}test:443`;
const CLIENTS = 16;

describe('a full disk', () => {
  const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-disk-'));
  const file = join(directory, 'events.log');
  const mounted = mount(SMALL);
  let origin: RawOrigin;
  before(async () => {
    origin = await startRawOrigin((socket) => {
      socket.on('data', (chunk: Buffer) => socket.write(chunk));
    });
  });
  after(async () => {
    await origin.close();
    if (mounted) spawnSync('umount', [directory]);
    rmSync(directory, { recursive: true });
  });

  it('of the log stops no tunnel; what was dropped is counted and told once when it is over', async (context) => {
    if (!mounted && isSkipped(context)) return;
    const admin = await freePort();
    const gateway = await startGateway(
      {
        workers: 2,
        admin: { port: admin },
        allowedHosts: ['origin.test'],
        allowedPorts: [origin.port],
        dns: { hosts: { 'origin.test': '127.0.0.1' } },
        addressGuard: { allow: ['127.0.0.0/8'] },
        log: { file },
      },
      {},
      { started: () => readLog(file).includes('"event":101') },
    );
    const status = async (): Promise<Status> =>
      (await (await fetch(`http://127.0.0.1:${admin}/status`)).json()) as Status;
    const held = await openTunnel(gateway.port, `origin.test:${origin.port}`);
    await refuseUntil(gateway, async () => (await status()).droppedEvents > 100);
    // Everything still works.
    held.write('still here');
    assert.equal((await readBytes(held, 10)).toString(), 'still here');
    const fresh = await openTunnel(gateway.port, `origin.test:${origin.port}`);
    fresh.write('new');
    assert.equal((await readBytes(fresh, 3)).toString(), 'new');
    assert.equal((await fetch(`http://127.0.0.1:${admin}/healthz`)).status, 200);

    assert.ok(mount(`remount,${LARGE}`));
    await until(() => readLog(file).includes('events-dropped'), 'the notice');
    held.destroy();
    fresh.destroy();
    const { droppedEvents } = await status();
    await gateway.stop();
    const lines = readLog(file).trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as GatewayEvent);
    const told = events.filter(({ reason }) => reason === 'events-dropped');
    assert.equal(
      told.reduce((sum, { count }) => sum + Number(count), 0),
      droppedEvents,
    );
    // Each of two workers and the log itself may have had to drop.
    assert.ok(told.length <= 3, `told ${told.length} times`);
    assert.equal(events.at(-1)?.event, 102);
  });

  /** @returns false when that is not allowed here */
  function mount(options: string): boolean {
    return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'none', directory]).status === 0;
  }
});

/** Mounting takes root; in CI that is there. */
function isSkipped(context: TestContext): boolean {
  if (process.env['CI'] === 'true') throw new Error('a file system cannot be mounted, and in CI nothing is skipped');
  context.skip('a file system cannot be mounted here');
  return true;
}

/** Requests that are refused, two lines of the log each, until `done`. */
async function refuseUntil(gateway: Gateway, done: () => Promise<boolean>): Promise<void> {
  let stop = false;
  const head = `CONNECT ${OTHER} HTTP/1.1\r\nHost: ${OTHER}\r\nUser-Agent: ${AGENT}\r\n\r\n`;
  const client = async (): Promise<void> => {
    while (!stop) {
      const socket = await openClient(gateway.port);
      socket.write(head);
      assert.match((await readAll(socket)).toString(), /^HTTP\/1\.1 403 /);
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  await until(done, 'a dropped event').finally(() => (stop = true));
  await Promise.all(clients);
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const limit = performance.now() + 60_000;
  while (!(await holds())) {
    assert.ok(performance.now() < limit, `${what} does not come`);
    await delay(100);
  }
}

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
