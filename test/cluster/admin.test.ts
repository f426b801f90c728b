import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { askAdmin } from '../../src/cli/admin-client.ts';
import { MAIN, freePort, startGateway } from '../support/gateway.ts';
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

  it('that cannot listen ends the start with exit code 1 and says what to change', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-admin-'));
    const file = join(directory, 'gateway.json');
    writeFileSync(file, JSON.stringify({ listen: { host: '127.0.0.1', port: await freePort() }, admin: { port } }));
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'start', '--config', file], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    assert.equal(status, 1);
    assert.match(stdout, /"event":403.*admin API: cannot listen/);
    assert.match(stderr, /another program uses this port; stop it or choose another admin\.port/);
    taken.close();
    rmSync(directory, { recursive: true });
  });
});
