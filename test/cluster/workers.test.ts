import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Gateway } from '../support/gateway.ts';
import { freePort, startGateway } from '../support/gateway.ts';
import type { RawOrigin } from '../support/raw-tunnel.ts';
import { openClient, openTunnel, readBytes, startRawOrigin } from '../support/raw-tunnel.ts';

describe('workers', () => {
  let origin: RawOrigin;

  before(async () => {
    origin = await startRawOrigin((socket) => {
      socket.on('data', (chunk: Buffer) => socket.write(chunk));
      socket.on('end', () => socket.end());
    });
  });
  after(() => origin.close());

  const start = (more: object = {}): Promise<Gateway> =>
    startGateway({
      workers: 2,
      allowedHosts: ['origin.test'],
      allowedPorts: [origin.port],
      dns: { hosts: { 'origin.test': '127.0.0.1' } },
      addressGuard: { allow: ['127.0.0.0/8'] },
      ...more,
    });
  const destination = (): string => `origin.test:${origin.port}`;

  it('die alone: after kill -9 under load not one new connection is refused or left hanging', async () => {
    const gateway = await start();
    // One after the other: a burst may all go to the worker that happens to be awake.
    const held: Socket[] = [];
    for (let index = 0; index < 40; index += 1) held.push(await openTunnel(gateway.port, destination()));
    let dead = 0;
    for (const socket of held) socket.on('end', () => (dead += 1)).resume();
    let opened = 0;
    let cut = 0;
    let stop = false;
    const load = Array.from({ length: 8 }, async () => {
      while (!stop) {
        // The connection itself must always come about; a tunnel in the killed worker may be cut.
        const socket = await openClient(gateway.port);
        opened += 1;
        if (!(await echoes(socket, destination()))) cut += 1;
        socket.destroy();
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const [victim] = gateway.workerPids();
    assert.ok(victim !== undefined);
    process.kill(victim, 'SIGKILL');
    await gateway.waitForEvent(({ reason, cause }) => reason === 'worker-replaced' && cause === 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    stop = true;
    await Promise.all(load);
    assert.ok(opened > 100, `only ${opened} tunnels were tried`);
    assert.ok(cut <= 8, `${cut} tunnels were cut, more than were open in the worker`);
    assert.ok(dead > 0 && dead < held.length, `${dead} of ${held.length} held tunnels ended`);
    assert.equal(gateway.workerPids().length, 2);
    for (const socket of held) socket.destroy();
    assert.equal(await gateway.stop(), 0);
  });

  it('are replaced when there is only one, and clients that come meanwhile are served', async () => {
    const gateway = await start({ workers: 1 });
    const [victim] = gateway.workerPids();
    assert.ok(victim !== undefined);
    process.kill(victim, 'SIGKILL');
    const sockets = await Promise.all(Array.from({ length: 20 }, () => openClient(gateway.port)));
    const served = await Promise.all(sockets.map((socket) => echoes(socket, destination())));
    assert.deepEqual(served, Array<boolean>(20).fill(true));
    for (const socket of sockets) socket.destroy();
    assert.equal(await gateway.stop(), 0);
  });

  it('finish open tunnels after SIGTERM while new connections are refused', async () => {
    const gateway = await start();
    const client = await openTunnel(gateway.port, destination());
    gateway.signal('SIGTERM');
    await gateway.waitForEvent(({ reason }) => reason === 'draining');
    await assert.rejects(refusedConnection(gateway.port), /ECONNREFUSED/);
    client.write('still here');
    assert.equal((await readBytes(client, 10)).toString(), 'still here');
    client.end();
    assert.equal(await gateway.exited, 0);
    await gateway.waitForEvent(({ event }) => event === 102);
    client.destroy();
  });

  it('go on taking connections for timeouts.drainNotice, while /readyz says that they soon will not', async () => {
    const admin = await freePort();
    const gateway = await start({ timeouts: { drainNotice: 1.5 }, admin: { port: admin } });
    const ready = async (): Promise<number> => (await fetch(`http://127.0.0.1:${admin}/readyz`)).status;
    assert.equal(await ready(), 200);
    gateway.signal('SIGTERM');
    await gateway.waitForEvent(({ reason }) => reason === 'drain-notice');
    assert.equal(await ready(), 503);
    const client = await openTunnel(gateway.port, destination());
    await gateway.waitForEvent(({ reason }) => reason === 'draining');
    await assert.rejects(refusedConnection(gateway.port), /ECONNREFUSED/);
    client.write('still here');
    assert.equal((await readBytes(client, 10)).toString(), 'still here');
    client.end();
    assert.equal(await gateway.exited, 0);
    client.destroy();
  });

  it('cut what is still open when timeouts.drain is over', async () => {
    const gateway = await start({ timeouts: { drain: 0.5 } });
    const client = await openTunnel(gateway.port, destination());
    const gone = new Promise((resolve) => client.once('close', resolve));
    client.on('end', () => client.end()).resume();
    gateway.signal('SIGTERM');
    await gone;
    assert.equal(await gateway.exited, 0);
    await gateway.waitForEvent(({ reason }) => reason === 'drain-timeout');
  });

  it('end at once after a second signal', async () => {
    const gateway = await start();
    const client = await openTunnel(gateway.port, destination());
    client.resume();
    gateway.signal('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const startedMs = performance.now();
    gateway.signal('SIGTERM');
    assert.equal(await gateway.exited, 1);
    assert.ok(performance.now() - startedMs < 1_000);
    client.destroy();
  });

  it('leave within a second when the primary is killed', async () => {
    const gateway = await start();
    const pids = gateway.workerPids();
    assert.equal(pids.length, 2);
    gateway.signal('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.deepEqual(pids.filter(isAlive), []);
  });
});

async function echoes(socket: Socket, destination: string): Promise<boolean> {
  socket.pause();
  socket.write(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
  return (await readBytes(socket, 39)).toString().startsWith('HTTP/1.1 200');
}

async function refusedConnection(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
}

/** A process that has ended stays in the table until its parent asks for it: state Z in proc(5). */
function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
