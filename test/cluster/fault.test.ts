import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Gateway } from '../support/gateway.ts';
import { freePort, startGateway } from '../support/gateway.ts';
import { STAND_STILL, TRIP, writeLoopTrap } from '../support/loop-trap.ts';
import type { RawOrigin } from '../support/raw-tunnel.ts';
import { openClient, openTunnel, readAll, readBytes, startRawOrigin } from '../support/raw-tunnel.ts';

describe('an exception in the loop', { timeout: 60_000 }, () => {
  it('ends that worker with event 400 and its stack; the other one and the gateway go on', async () => {
    const trap = writeLoopTrap();
    const origin = await startRawOrigin((socket) => socket.on('data', (chunk: Buffer) => socket.write(chunk)));
    const config = {
      engine: 'linux',
      workers: 2,
      timeouts: { drain: 1 },
      allowedHosts: ['origin.test'],
      allowedPorts: [origin.port],
      dns: { hosts: { 'origin.test': '127.0.0.1' } },
      addressGuard: { allow: ['127.0.0.0/8'] },
    };
    const gateway = await startGateway(config, { NODE_OPTIONS: `--require ${trap}` });
    const destination = `origin.test:${origin.port}`;
    const held: Socket[] = [];
    for (let index = 0; index < 40; index += 1) held.push(await openTunnel(gateway.port, destination));
    let ended = 0;
    for (const socket of held) {
      socket.on('end', () => socket.destroy());
      socket.once('close', () => (ended += 1));
      socket.resume();
    }

    const last = await openClient(gateway.port);
    last.write('GET /the-last-line HTTP/1.1\r\n\r\n');
    await readAll(last);
    const tripping = held[0];
    assert.ok(tripping !== undefined);
    const closed = once(tripping, 'close');
    tripping.write(TRIP);
    await closed;
    const told = await gateway.waitForEvent(({ event }) => event === 400);
    assert.match(String(told['detail']), /^Error: tripped in the loop\\u\{a\} +at .*loop\.js/);
    assert.equal(told.reason, 'application-error');
    await gateway.waitForEvent(({ reason, cause }) => reason === 'worker-replaced' && cause === 'exit code 1');

    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.ok(ended > 0 && ended < held.length, `${ended} of ${held.length} tunnels ended`);
    const standing = held.filter((socket) => !socket.destroyed);
    for (const socket of standing) {
      socket.pause();
      socket.write('still here');
      assert.equal((await readBytes(socket, 10)).toString(), 'still here');
      socket.destroy();
    }
    const fresh = await openTunnel(gateway.port, destination);
    fresh.destroy();
    // What the worker had to say before is not lost with it.
    await gateway.waitForEvent(({ reason }) => reason === 'not-connect');
    assert.equal(await gateway.stop(), 0);
    await origin.close();
  });
});

describe('a worker that hangs', { timeout: 120_000 }, () => {
  const start = (origin: RawOrigin, more: object, environment = {}): Promise<Gateway> =>
    startGateway(
      {
        workers: 2,
        timeouts: { drain: 1 },
        allowedHosts: ['origin.test'],
        allowedPorts: [origin.port],
        dns: { hosts: { 'origin.test': '127.0.0.1' } },
        addressGuard: { allow: ['127.0.0.0/8'] },
        ...more,
      },
      environment,
    );
  const replaced = async (gateway: Gateway): Promise<void> => {
    const told = await gateway.waitForEvent(({ reason }) => reason === 'worker-hangs', 30_000);
    assert.equal(told.event, 400);
    await gateway.waitForEvent(({ reason, cause }) => reason === 'worker-replaced' && cause === 'SIGKILL', 30_000);
  };

  it('as a whole process is ended and replaced, while the other one carries on', async () => {
    const origin = await startRawOrigin((socket) => socket.on('data', (chunk: Buffer) => socket.write(chunk)));
    const gateway = await start(origin, {});
    const [victim] = gateway.workerPids();
    assert.ok(victim !== undefined);
    process.kill(victim, 'SIGSTOP');
    await replaced(gateway);
    assert.ok(!gateway.workerPids().includes(victim));
    assert.equal(gateway.events.filter(({ reason }) => reason === 'worker-hangs').length, 1);
    const client = await openTunnel(gateway.port, `origin.test:${origin.port}`);
    client.destroy();
    assert.equal(await gateway.stop(), 0);
    await origin.close();
  });

  it('is not blamed for a time in which the whole gateway was stopped', async () => {
    const origin = await startRawOrigin((socket) => socket.on('data', (chunk: Buffer) => socket.write(chunk)));
    const gateway = await start(origin, {});
    const all = [...gateway.workerPids(), gateway.pid];
    for (const pid of all) process.kill(pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    for (const pid of all.reverse()) process.kill(pid, 'SIGCONT');
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    (await openTunnel(gateway.port, `origin.test:${origin.port}`)).destroy();
    assert.equal(await gateway.stop(), 0);
    assert.deepEqual(
      gateway.events.filter(({ event }) => event === 400),
      [],
    );
    await origin.close();
  });

  it('in its loop thread alone is found as well', async () => {
    const trap = writeLoopTrap();
    const origin = await startRawOrigin((socket) => socket.resume());
    const gateway = await start(origin, { engine: 'linux' }, { NODE_OPTIONS: `--require ${trap}` });
    const client = await openTunnel(gateway.port, `origin.test:${origin.port}`);
    client.resume();
    client.write(STAND_STILL);
    await replaced(gateway);
    client.destroy();
    assert.equal(await gateway.stop(), 0);
    await origin.close();
  });
});

/** Loaded into every process: workers end at once while a file is there. */
const CRASH = (file: string): string => `
if (require('node:cluster').isWorker && require('node:fs').existsSync(${JSON.stringify(file)})) process.exit(7);
`;

describe('workers that end right after their start', { timeout: 120_000 }, () => {
  it('are tried more and more slowly, /readyz tells, and all is well again by itself', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-crash-'));
    const [trap, broken] = [join(directory, 'trap.cjs'), join(directory, 'broken')];
    writeFileSync(trap, CRASH(broken));
    const admin = await freePort();
    const gateway = await startGateway(
      { workers: 1, admin: { port: admin }, allowedHosts: ['origin.test'] },
      { NODE_OPTIONS: `--require ${trap}` },
    );
    const ready = async (): Promise<{ ready: boolean; why?: string }> =>
      (await (await fetch(`http://127.0.0.1:${admin}/readyz`)).json()) as { ready: boolean; why?: string };
    assert.deepEqual(await ready(), { ready: true });
    writeFileSync(broken, '');
    const [victim] = gateway.workerPids();
    assert.ok(victim !== undefined);
    process.kill(victim, 'SIGKILL');
    const told = await gateway.waitForEvent(({ reason }) => reason === 'crash-loop', 30_000);
    assert.equal(told.event, 400);
    assert.match(String((await ready()).why), /^workers end right after their start; the next one is tried in \d+ s$/);
    rmSync(broken);
    const limit = performance.now() + 60_000;
    while (!(await ready()).ready) {
      assert.ok(performance.now() < limit);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(await gateway.stop(), 0);
    rmSync(directory, { recursive: true, force: true });
  });
});
