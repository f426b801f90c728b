import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { askAdmin } from '../../src/cli/admin-client.ts';
import type { Gateway } from '../support/gateway.ts';
import { freePort, startGateway } from '../support/gateway.ts';
import type { Frontend } from '../support/haproxy.ts';
import { startHaproxy } from '../support/haproxy.ts';
import { requireProgram } from '../support/programs.ts';
import { version2 } from '../support/proxy-header.ts';
import type { RawOrigin } from '../support/raw-tunnel.ts';
import { openClient, openTunnel, readAll, readBytes, startRawOrigin } from '../support/raw-tunnel.ts';

const LOCAL = version2(0x20, 0, []);

describe('behind a load balancer', { timeout: 60_000 }, () => {
  let origin: RawOrigin;
  before(async () => {
    origin = await startRawOrigin((socket) => {
      socket.on('data', (chunk: Buffer) => socket.write(chunk));
      socket.on('end', () => socket.end());
    });
  });
  after(() => origin.close());

  const destination = (): string => `origin.test:${origin.port}`;
  const start = (listen: object, more: object = {}): Promise<Gateway> =>
    startGateway({
      workers: 2,
      listen,
      allowedHosts: ['origin.test'],
      allowedPorts: [origin.port],
      dns: { hosts: { 'origin.test': '127.0.0.1' } },
      addressGuard: { allow: ['127.0.0.0/8'] },
      ...more,
    });

  it('knows clients by what HAProxy says of them, in both versions and families', async (context) => {
    const program = requireProgram('haproxy', context);
    if (program === null) return;
    const admin = await freePort();
    const gateway = await start(
      { proxyProtocol: 'require', trustedProxies: ['127.0.0.1'] },
      { admin: { port: admin } },
    );
    const frontends: Frontend[] = [];
    for (const server of [
      'send-proxy check inter 100',
      'send-proxy-v2 check inter 100',
      'send-proxy-v2 proxy-v2-options crc32c',
    ])
      for (const host of ['127.0.0.1', '::1'] as const) frontends.push({ host, port: await freePort(), server });
    const haproxy = await startHaproxy(program, gateway.port, frontends);
    const held: Socket[] = [];
    for (const { host, port } of frontends) {
      const socket = await tunnelFrom(host === '::1' ? '::1' : '127.0.0.9', host, port, destination());
      socket.write('through');
      assert.equal((await readBytes(socket, 7)).toString(), 'through');
      const from = host === '::1' ? `[::1]:${socket.localPort}` : `127.0.0.9:${socket.localPort}`;
      await gateway.waitForEvent(({ event, client }) => event === 107 && client === from);
      held.push(socket);
    }
    const answer = await askAdmin({ url: `http://127.0.0.1:${admin}`, token: '' }, { path: '/status', method: 'GET' });
    assert.ok(answer.ok);
    const { counters } = answer.body as { counters: Record<string, number> };
    // Two client addresses; a probe of the balancer may be on at the moment.
    assert.ok([2, 3].includes(counters['connectedClients'] ?? 0), JSON.stringify(counters));
    for (const socket of held) socket.destroy();
    await haproxy.stop();
    assert.equal(await gateway.stop(), 0);
    const others = gateway.events.filter(({ level }) => level === 'warn' || level === 'error');
    assert.deepEqual(others, [], 'probes are silent');
  });

  it('ends what is malformed without a byte, with one event each; probes say nothing', async () => {
    const gateway = await start({ proxyProtocol: 'require', trustedProxies: ['127.0.0.1'] });
    (await openClient(gateway.port)).destroy();
    for (const [bytes, reason] of [
      ['PROXY TCP4 1.2.3.4 1.2.3.4 1 99999\r\n', 'proxy-header-malformed'],
      [version2(0x21, 0x11, [1, 2, 3]), 'proxy-header-malformed'],
      [version2(0x31, 0x11, []), 'proxy-header-malformed'],
      ['CONNECT origin.test:443 HTTP/1.0\r\n\r\n', 'proxy-header-missing'],
    ] as const) {
      const socket = await openClient(gateway.port);
      socket.write(bytes);
      assert.equal((await readAll(socket)).length, 0, reason);
      const client = `127.0.0.1:${socket.localPort}`;
      await gateway.waitForEvent((event) => event.event === 104 && event.reason === reason && event.client === client);
      socket.destroy();
    }
    const probe = await openClient(gateway.port);
    probe.end(LOCAL);
    assert.equal((await readAll(probe)).length, 0);
    const stranger = connect({ port: gateway.port, host: '127.0.0.1', localAddress: '127.0.0.9' });
    await once(stranger, 'connect');
    stranger.write('PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n');
    assert.equal((await readAll(stranger)).length, 0);
    await gateway.waitForEvent(({ reason }) => reason === 'proxy-not-trusted');
    assert.equal(await gateway.stop(), 0);
    assert.equal(gateway.events.filter(({ event }) => event === 104).length, 5);
  });

  it('takes new balancers in with a reload', async () => {
    const listen = { proxyProtocol: 'require', trustedProxies: ['127.0.0.9'] };
    const gateway = await start(listen);
    gateway.configure({
      workers: 2,
      listen: { ...listen, trustedProxies: ['127.0.0.1'] },
      allowedHosts: ['origin.test'],
      allowedPorts: [origin.port],
      dns: { hosts: { 'origin.test': '127.0.0.1' } },
      addressGuard: { allow: ['127.0.0.0/8'] },
    });
    gateway.signal('SIGHUP');
    await gateway.waitForEvent(({ reason }) => reason === 'configuration-reloaded');
    const socket = await openClient(gateway.port);
    socket.write(`PROXY TCP6 2001:db8::7 2001:db8::1 5000 8080\r\nCONNECT ${destination()} HTTP/1.0\r\n\r\n`);
    assert.equal((await readBytes(socket, 39)).toString().slice(9, 12), '200');
    await gateway.waitForEvent(({ event, client }) => event === 103 && client === '[2001:db8::7]:5000');
    socket.destroy();
    assert.equal(await gateway.stop(), 0);
  });
});

/** A tunnel opened from one of the addresses of loopback. */
async function tunnelFrom(localAddress: string, host: string, port: number, destination: string): Promise<Socket> {
  const socket = connect({ port, host, localAddress, allowHalfOpen: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return await openTunnel(port, destination, host, socket);
}
