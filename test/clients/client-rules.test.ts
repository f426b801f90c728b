import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { hashPassword } from '../../src/credentials/password-hash.ts';
import type { Gateway } from '../support/gateway.ts';
import { freePort, startGateway } from '../support/gateway.ts';
import { requireProgram, runProgram } from '../support/programs.ts';
import type { RawOrigin } from '../support/raw-tunnel.ts';
import { openClient, readAll, readBytes, startRawOrigin } from '../support/raw-tunnel.ts';
import { HOST, setStage } from './stage.ts';

describe('client rules', { timeout: 120_000 }, () => {
  let origin: RawOrigin;
  before(async () => {
    origin = await startRawOrigin((socket) => socket.on('end', () => socket.end()).resume());
  });
  after(() => origin.close());

  const configuration = (more: object): object => ({
    workers: 3,
    allowedHosts: ['origin.test'],
    allowedPorts: [origin.port],
    dns: { hosts: { 'origin.test': '127.0.0.1' } },
    addressGuard: { allow: ['127.0.0.0/8'] },
    ...more,
  });
  const start = (more: object): Promise<Gateway> => startGateway(configuration(more) as Record<string, unknown>);

  /** Asks for a tunnel. @returns the status and the connection, which stays open */
  const ask = async (gateway: Gateway, localAddress = '127.0.0.1'): Promise<{ status: string; socket: Socket }> => {
    const socket = connect({ port: gateway.port, host: '127.0.0.1', localAddress, allowHalfOpen: true });
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.pause();
    socket.write(`CONNECT origin.test:${origin.port} HTTP/1.0\r\n\r\n`);
    const head = (await readBytes(socket, 12)).toString('latin1');
    return { status: head.slice(9), socket };
  };
  const askMany = async (gateway: Gateway, count: number, localAddress?: string): Promise<Map<string, Socket[]>> => {
    const asked = await Promise.all(Array.from({ length: count }, () => ask(gateway, localAddress)));
    const byStatus = new Map<string, Socket[]>();
    for (const { status, socket } of asked) byStatus.set(status, [...(byStatus.get(status) ?? []), socket]);
    return byStatus;
  };
  const counts = (byStatus: Map<string, Socket[]>): Record<string, number> =>
    Object.fromEntries([...byStatus].map(([status, sockets]) => [status, sockets.length]));
  const destroy = (byStatus: Map<string, Socket[]>): void => {
    for (const socket of [...byStatus.values()].flat()) socket.destroy();
  };
  /** Room is given back when connections are closed, which takes its time to be seen. */
  const eventually = async (gateway: Gateway, status: string): Promise<Socket> => {
    const limit = performance.now() + 20_000;
    for (;;) {
      const asked = await ask(gateway);
      if (asked.status === status) return asked.socket;
      asked.socket.destroy();
      assert.ok(performance.now() < limit, `still ${asked.status}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it('admit exactly N tunnels at once over several workers, answer the rest at once, and recover', async () => {
    const gateway = await start({ limits: { maxTunnels: 25 } });
    for (let round = 0; round < 3; round += 1) {
      const all = await askMany(gateway, 60);
      assert.deepEqual(counts(all), { 200: 25, 503: 35 });
      const [refused] = all.get('503') ?? [];
      assert.ok(refused !== undefined);
      assert.match((await readAll(refused)).toString(), /The gateway is full: .*limits\.maxTunnels \(25\)/);
      destroy(all);
      // All of it comes back, not only some.
      const limit = performance.now() + 20_000;
      for (;;) {
        const again = await askMany(gateway, 25);
        destroy(again);
        if (again.get('200')?.length === 25) break;
        assert.ok(performance.now() < limit, JSON.stringify(counts(again)));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await gateway.waitForEvent(
      ({ event, reason, level }) => event === 100 && reason === 'too-many-tunnels' && level === 'info',
    );
    assert.equal(await gateway.stop(), 0);
  });

  it('give the room of a worker that dies to others', async () => {
    const gateway = await start({ limits: { maxTunnels: 30 } });
    const all = await askMany(gateway, 30);
    assert.deepEqual(counts(all), { 200: 30 });
    const gone: Socket[] = [];
    for (const socket of all.get('200') ?? []) socket.once('end', () => gone.push(socket)).resume();
    for (const pid of gateway.workerPids()) process.kill(pid, 'SIGKILL');
    await gateway.waitForEvent(({ reason }) => reason === 'worker-replaced');
    (await eventually(gateway, '200')).destroy();
    const again = await askMany(gateway, 31);
    assert.ok((again.get('200')?.length ?? 0) >= 29, JSON.stringify(counts(again)));
    destroy(again);
    destroy(all);
    assert.equal(await gateway.stop(), 0);
  });

  it('admit exactly N tunnels of each client', async () => {
    const gateway = await start({ clients: { maxTunnelsPerClient: 4 } });
    const [one, other] = await Promise.all([askMany(gateway, 20), askMany(gateway, 20, '127.0.0.9')]);
    assert.deepEqual(
      [counts(one), counts(other)],
      [
        { 200: 4, 503: 16 },
        { 200: 4, 503: 16 },
      ],
    );
    await gateway.waitForEvent(
      ({ reason, msg }) => reason === 'too-many-tunnels-of-client' && msg.includes('127.0.0.9'),
    );
    destroy(one);
    (await eventually(gateway, '200')).destroy();
    destroy(other);
    assert.equal(await gateway.stop(), 0);
  });

  it('slow a client down that opens tunnels too fast, and nobody else', async () => {
    const gateway = await start({ clients: { newTunnelsPerSecond: 0.001, newTunnelsBurst: 6 } });
    const one = await askMany(gateway, 20);
    assert.deepEqual(counts(one), { 200: 6, 503: 14 });
    const other = await askMany(gateway, 6, '127.0.0.9');
    assert.deepEqual(counts(other), { 200: 6 });
    destroy(one);
    destroy(other);
    assert.equal(await gateway.stop(), 0);
  });

  it('let in and keep out by address, also after a reload, and count tunnels that were opened before it', async () => {
    const admin = await freePort();
    const rules = { deny: ['127.0.0.9'] };
    const gateway = await start({ clients: rules, admin: { port: admin } });
    const held = await askMany(gateway, 5);
    assert.deepEqual(counts(held), { 200: 5 });
    assert.deepEqual(counts(await askMany(gateway, 2, '127.0.0.9')), { 403: 2 });
    const denied = await gateway.waitForEvent(({ event }) => event === 105);
    assert.equal(denied.reason, 'client-not-allowed');
    assert.equal(denied.destination, `origin.test:${origin.port}`);
    gateway.configure(
      configuration({ clients: { allow: ['127.0.0.1'] }, limits: { maxTunnels: 7 }, admin: { port: admin } }) as Record<
        string,
        unknown
      >,
    );
    gateway.signal('SIGHUP');
    await gateway.waitForEvent(({ reason }) => reason === 'configuration-reloaded');
    assert.deepEqual(counts(await askMany(gateway, 2, '127.0.0.8')), { 403: 2 });
    const more = await askMany(gateway, 5);
    assert.deepEqual(counts(more), { 200: 2, 503: 3 });
    // Counts travel with event lines, a moment behind what they count.
    const expected = ['{reason="too-many-tunnels"} 3', '{reason="client-not-allowed"} 4'];
    const limit = performance.now() + 20_000;
    for (;;) {
      const metrics = await (await fetch(`http://127.0.0.1:${admin}/metrics`)).text();
      if (expected.every((each) => metrics.includes(`rejections_total${each}`))) break;
      assert.ok(performance.now() < limit, metrics);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    destroy(held);
    destroy(more);
    assert.equal(await gateway.stop(), 0);
  });
});

describe('curl with a user name and a password', { timeout: 120_000 }, () => {
  it('goes through with the right one, is asked for one with 407, and leaves none of it in the log', async (context) => {
    const curl = requireProgram('curl', context);
    const stage = curl === null ? null : await setStage(context);
    if (curl === null || stage === null) return;
    const users = [{ username: 'agent', passwordHash: await hashPassword('hunter2\u20ac') }];
    const gateway = await startGateway({
      allowedHosts: [HOST],
      allowedPorts: [stage.nginx.port],
      dns: { hosts: { [HOST]: '127.0.0.1' } },
      addressGuard: { allow: ['127.0.0.0/8'] },
      clients: { basicAuth: users },
    });
    const ask = (...words: string[]): ReturnType<typeof runProgram> =>
      runProgram(curl, [
        ...['-sS', '-v', '-x', `http://127.0.0.1:${gateway.port}`, '--cacert', stage.nginx.authorityFile, ...words],
        `https://${stage.allowed}/small`,
      ]);
    try {
      for (let round = 0; round < 3; round += 1) {
        const right = await ask('--proxy-user', 'agent:hunter2\u20ac');
        assert.deepEqual([right.code, right.stdout], [0, 'hello through the gateway\n'], right.stderr);
      }
      // As browsers and Windows do: asked first, then with the credential.
      const asked = await ask('--proxy-anyauth', '--proxy-user', 'agent:hunter2\u20ac');
      assert.deepEqual([asked.code, asked.stdout], [0, 'hello through the gateway\n'], asked.stderr);
      for (const words of [[], ['--proxy-user', 'agent:hunter3'], ['--proxy-user', 'stranger:hunter2\u20ac']]) {
        const refused = await ask(...words);
        assert.notEqual(refused.code, 0);
        assert.match(refused.stderr, /407 Proxy Authentication Required/);
        assert.match(refused.stderr, /Proxy-Authenticate: Basic realm="OMS Gateway", charset="UTF-8"/);
      }
      await gateway.waitForEvent(({ event, user }) => event === 107 && user === 'agent');
      await gateway.waitForEvent(({ event, reason }) => event === 105 && reason === 'authentication-failed');
      const client = await openClient(gateway.port);
      client.write(`CONNECT ${stage.allowed} HTTP/1.0\r\nProxy-Authorization: Basic !\r\n\r\n`);
      assert.match((await readAll(client)).toString(), /^HTTP\/1\.1 407 /);
      client.destroy();
      assert.equal(await gateway.stop(), 0);
      const log = JSON.stringify(gateway.events);
      for (const secret of ['hunter', Buffer.from('agent:hunter2\u20ac').toString('base64'), 'scrypt'])
        assert.ok(!log.includes(secret), secret);
    } finally {
      await gateway.stop();
      await stage.close();
    }
  });
});
