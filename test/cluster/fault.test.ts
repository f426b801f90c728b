import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { TRIP, writeLoopTrap } from '../support/loop-trap.ts';
import { startGateway } from '../support/gateway.ts';
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
