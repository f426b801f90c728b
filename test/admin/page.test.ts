import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { PAGE_POLICY, readAssets } from '../../src/admin/page.ts';
import { createAdminApp } from '../../src/admin/server.ts';
import { adminTable } from '../support/admin-table.ts';
import type { Gateway } from '../support/gateway.ts';
import { freePort, startGateway } from '../support/gateway.ts';
import { requireProgram, runProgram } from '../support/programs.ts';
import type { RawOrigin } from '../support/raw-tunnel.ts';
import { rawHello, readAll, readBytes, startRawOrigin } from '../support/raw-tunnel.ts';

const LIMIT_MS = 60_000;

describe('files of the status page', () => {
  it('are given to everybody with a strict policy, and name no other place', async () => {
    const app = createAdminApp({ gateway: adminTable(), host: '127.0.0.1', token: 'correct-horse-battery' });
    const assets = readAssets();
    assert.ok(assets.some(({ path }) => path === '/page/main.js'));
    for (const { path, type, body } of assets) {
      const answer = await app.inject({ url: path, headers: { host: 'localhost' } });
      assert.deepEqual([answer.statusCode, answer.headers['content-type']], [200, type], path);
      assert.equal(answer.headers['content-security-policy'], PAGE_POLICY);
      assert.doesNotMatch(body.toString().replaceAll('http://www.w3.org/2000/svg', ''), /https?:\/\//, path);
    }
    assert.equal((await app.inject({ url: '/status', headers: { host: 'localhost' } })).statusCode, 401);
    assert.equal((await app.inject({ url: '/', headers: { host: 'evil.test' } })).statusCode, 403);
  });
});

describe('status page in Chromium', () => {
  let origin: RawOrigin;
  let gateway: Gateway;
  let admin: string;
  const sockets: Socket[] = [];

  before(async () => {
    origin = await startRawOrigin((socket) => socket.on('end', () => socket.end()).resume());
    const port = await freePort();
    admin = `http://127.0.0.1:${port}`;
    gateway = await startGateway({
      workers: 2,
      admin: { port },
      allowedHosts: ['origin.test'],
      allowedPorts: [origin.port],
      dns: { hosts: { 'origin.test': '127.0.0.1' } },
      addressGuard: { allow: ['127.0.0.0/8'] },
    });
    // Seven tunnels from three addresses stay open; two TLS sessions and five hosts are refused.
    for (let index = 0; index < 7; index += 1) sockets.push(await ask(`127.0.0.${10 + (index % 3)}`, 'origin.test'));
    for (let index = 0; index < 2; index += 1) await readAll(await ask('127.0.0.9', 'other.test'));
    for (let index = 0; index < 5; index += 1) {
      const socket = connect({ port: gateway.port, host: '127.0.0.1', localAddress: '127.0.0.8' });
      socket.write('CONNECT <b>strange</b>.test:443 HTTP/1.1\r\nHost: a\r\n\r\n');
      await readAll(socket);
      socket.destroy();
      const refused = connect({ port: gateway.port, host: '127.0.0.1', localAddress: '127.0.0.8' });
      refused.write('CONNECT strange.test:443 HTTP/1.1\r\nHost: strange.test:443\r\n\r\n');
      await readAll(refused);
    }
    await delay(1_500);
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await gateway.stop();
    await origin.close();
  });

  async function ask(from: string, serverName: string): Promise<Socket> {
    const socket = connect({ port: gateway.port, host: '127.0.0.1', localAddress: from, allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.pause();
    const destination = `origin.test:${origin.port}`;
    socket.write(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
    await readBytes(socket, 39);
    socket.write(rawHello(serverName));
    return socket;
  }

  /** The page as it stands after a few seconds. */
  async function dump(chromium: string, path: string): Promise<string> {
    const profile = mkdtempSync(join(tmpdir(), 'oms-gateway-chromium-'));
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--lang=en'];
    flags.push('--disable-background-networking', '--disable-component-update', '--disable-sync');
    flags.push(`--user-data-dir=${profile}`, '--virtual-time-budget=5000', '--dump-dom');
    const { stdout } = await runProgram(chromium, [...flags, `${admin}${path}`], '', LIMIT_MS);
    rmSync(profile, { recursive: true, force: true });
    return stdout.replaceAll('<wbr>', '');
  }

  it('shows the numbers that are known to be true', { timeout: 2 * LIMIT_MS }, async (test) => {
    const chromium = requireProgram('chromium', test);
    if (chromium === null) return;
    const page = await dump(chromium, '/');
    const shown = (id: string): string | undefined => new RegExp(`id="${id}"[^>]*>([^<]*)<`).exec(page)?.[1];
    assert.deepEqual(
      ['active', 'clients', 'errors', 'rejected', 'state'].map(shown),
      ['7', '3', '0', '2', 'running'],
      page.slice(0, 2000),
    );
    assert.equal(shown('tunnels-open'), '7 open now');
    for (const [reason, count] of [
      ['host-not-allowed', 5],
      ['sni-mismatch', 2],
      ['malformed-target', 5],
    ] as const) {
      assert.match(page, new RegExp(`<span>${reason}</span><b>${count}</b>`));
    }
    assert.match(page, /<td class="name"[^>]*>127\.0\.0\.10<\/td><td class="number"[^>]*>3<\/td>/);
    assert.doesNotMatch(page, /<b>strange<\/b>/, 'what a client sends must not become markup');
  });

  it('answers why a host or client was refused, with the rule', { timeout: 2 * LIMIT_MS }, async (test) => {
    const chromium = requireProgram('chromium', test);
    if (chromium === null) return;
    const host = await dump(chromium, '/?q=strange.test');
    assert.match(host, /id="found-rule">Target host \(strange\.test\) is forbidden\./);
    assert.match(host, /id="found-remedy"[^>]*>To allow it: add "strange\.test" to allowedHosts/);
    const list = /id="found-list".*?<\/ul>/s.exec(host)?.[0] ?? '';
    assert.match(list, /127\.0\.0\.8:\d+ \S+ strange\.test:443/);
    const client = await dump(chromium, '/?q=127.0.0.9');
    assert.match(client, /id="found-list".*server name other\.test, but CONNECT asked for origin\.test/s);
  });
});
