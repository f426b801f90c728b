import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askAdmin } from '../../src/cli/admin-client.ts';
import type { Gateway } from '../support/gateway.ts';
import { freePort, startGateway } from '../support/gateway.ts';
import { openClient, openTunnel, readAll, startRawOrigin } from '../support/raw-tunnel.ts';

describe('admin API of a whole gateway', () => {
  it('answers from the start to the end of draining, and drains when asked', async () => {
    const origin = await startRawOrigin((socket) => socket.on('end', () => socket.end()).resume());
    const port = await freePort();
    const gateway = await startGateway({
      workers: 2,
      admin: { port },
      allowedHosts: ['origin.test'],
      allowedPorts: [origin.port],
      dns: { hosts: { 'origin.test': '127.0.0.1' } },
      addressGuard: { allow: ['127.0.0.0/8'] },
    });
    const endpoint = { url: `http://127.0.0.1:${port}`, token: '' };
    const ask = async (path: string, method: 'GET' | 'POST' = 'GET'): Promise<[number, Record<string, unknown>]> => {
      const answer = await askAdmin(endpoint, { path, method });
      assert.ok(answer.ok, JSON.stringify(answer));
      return [answer.status, answer.body as Record<string, unknown>];
    };
    const started = await gateway.waitForEvent(({ event }) => event === 101);
    assert.equal(started['admin'], endpoint.url);
    assert.deepEqual(await ask('/readyz'), [200, { ready: true }]);
    const [, status] = await ask('/status');
    assert.equal(status['pid'], gateway.pid);
    assert.deepEqual(
      (status['workers'] as { pid: number }[]).map(({ pid }) => pid).sort(),
      gateway.workerPids().sort(),
    );

    const client = await openTunnel(gateway.port, `origin.test:${origin.port}`);
    assert.deepEqual(await ask('/drain', 'POST'), [202, { draining: true, seconds: 30 }]);
    assert.deepEqual(await ask('/drain', 'POST'), [202, { draining: true, seconds: 30 }]);
    assert.deepEqual(await ask('/readyz'), [503, { ready: false, why: 'the gateway drains' }]);
    client.end();
    assert.equal(await gateway.exited, 0);
    const stopped = await gateway.waitForEvent(({ event }) => event === 102);
    assert.match(stopped.msg, /drained on request of the admin API/);
    client.destroy();
    await origin.close();
  });

  it('is no destination, however its address is written and whatever the address guard allows', async () => {
    const port = await freePort();
    const gateway = await startGateway({
      workers: 1,
      admin: { port },
      allowedHosts: ['127.0.0.1', '0.0.0.0', '::1', 'me.test'],
      allowedPorts: [port],
      dns: { hosts: { 'me.test': '127.0.0.1' } },
      addressGuard: { allow: ['0.0.0.0/0', '::/0'] },
    });
    for (const host of ['127.0.0.1', '0.0.0.0', 'me.test']) {
      const client = await openClient(gateway.port);
      client.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`);
      const answer = (await readAll(client)).toString();
      assert.match(answer, /^HTTP\/1\.1 403 [\s\S]*it is the gateway itself/, host);
      client.destroy();
    }
    assert.equal(await gateway.stop(), 0);
  });

  it('whose port is taken does not keep the gateway from carrying traffic, and listens when the port is free', async () => {
    const origin = await startRawOrigin((socket) => socket.on('end', () => socket.end()).resume());
    const port = await freePort();
    const start = (): Promise<Gateway> =>
      startGateway({
        workers: 1,
        admin: { port },
        allowedHosts: ['origin.test'],
        allowedPorts: [origin.port],
        dns: { hosts: { 'origin.test': '127.0.0.1' } },
        addressGuard: { allow: ['127.0.0.0/8'] },
      });
    const [first, second] = [await start(), await start()];
    for (const gateway of [first, second]) (await openTunnel(gateway.port, `origin.test:${origin.port}`)).destroy();
    const told = await second.waitForEvent(({ reason }) => reason === 'admin-cannot-listen');
    assert.equal(told.event, 403);
    assert.match(
      told.msg,
      /^The admin API cannot listen on 127\.0\.0\.1:\d+: another program uses this port; stop it or choose another admin\.port,/,
    );
    const started = await second.waitForEvent(({ event }) => event === 101);
    assert.equal(started['admin'], undefined);
    assert.equal(await first.stop(), 0);
    await second.waitForEvent(({ reason }) => reason === 'admin-works', 20_000);
    const answer = await askAdmin({ url: `http://127.0.0.1:${port}`, token: '' }, { path: '/status', method: 'GET' });
    assert.ok(answer.ok);
    assert.equal((answer.body as { pid: number }).pid, second.pid);
    const refusals = second.events.filter(({ reason }) => reason === 'admin-cannot-listen');
    assert.equal(refusals.length, 1, 'told once, not every few seconds');
    assert.equal(await second.stop(), 0);
    await origin.close();
  });
});
