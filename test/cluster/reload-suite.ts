import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { packageFile } from '../../src/config/package-file.ts';
import type { Gateway, GatewayEvent } from '../support/gateway.ts';
import { freePort, startGateway } from '../support/gateway.ts';
import type { RawOrigin } from '../support/raw-tunnel.ts';
import { openClient, openTunnel, rawHello, readAll, readBytes, startRawOrigin } from '../support/raw-tunnel.ts';

type Tree = Readonly<Record<string, unknown>>;

/** What a reload promises, on one engine; each engine has a test file of its own, because it takes its time. */
export function reloadSuite(engine: 'portable' | 'linux'): void {
  describe(`a reload, engine ${engine}`, { timeout: 290_000 }, () => {
    let origin: RawOrigin;

    before(async () => {
      origin = await startRawOrigin(
        (socket) => {
          socket.on('data', (chunk: Buffer) => socket.write(chunk));
          socket.on('end', () => socket.end());
        },
        { helloBytes: rawHello('a.test').length },
      );
    });
    after(() => origin.close());

    const config = (allowedHosts: readonly string[], more: Tree = {}): Tree => ({
      engine,
      workers: 2,
      allowedHosts,
      allowedPorts: [origin.port],
      dns: { hosts: { 'a.test': '127.0.0.1', 'b.test': '127.0.0.1' } },
      addressGuard: { allow: ['127.0.0.0/8'] },
      timeouts: { drain: 1 },
      ...more,
    });
    const tunnel = (gateway: Gateway, host: string): Promise<Socket> =>
      openTunnel(gateway.port, `${host}:${origin.port}`);

    it('applies the new rules to what comes, and leaves what runs alone', async () => {
      const gateway = await startGateway(config(['a.test']));
      const held = await tunnel(gateway, 'a.test');
      const silent = await openClient(gateway.port);
      gateway.configure(config(['b.test'], { log: { level: 'info' }, limits: { headerBytes: 1000 } }));
      const event = await reload(gateway);
      assert.deepEqual([event['changed'], event['needsRestart']], [['allowedHosts', 'limits.headerBytes'], []]);
      assert.equal(await statusOf(await openClient(gateway.port), `a.test:${origin.port}`), 403);
      // Connected before, but asked after the announcement: judged by what is in effect now.
      assert.equal(await statusOf(silent, `a.test:${origin.port}`), 403);
      (await tunnel(gateway, 'b.test')).destroy();
      assert.ok(await echoes(held, 'still here'));
      held.destroy();
      await gateway.stop();
    });

    it('changes nothing when the configuration is wrong, and says everything that is wrong with it', async () => {
      const gateway = await startGateway(config(['a.test']));
      gateway.configure(config(['b.test', '*'], { limits: { headerBytes: 1 }, colour: 'red' }));
      gateway.signal('SIGHUP');
      const event = await gateway.waitForEvent(({ reason }) => reason === 'reload-refused');
      assert.equal(event.event, 401);
      const problems = (event['problems'] as string[]).join('\n');
      for (const part of [/allowedHosts\[1\]/, /limits\.headerBytes/, /colour: unknown key/])
        assert.match(problems, part);
      (await tunnel(gateway, 'a.test')).destroy();
      // Repaired, it is taken.
      gateway.configure(config(['b.test']));
      await reload(gateway);
      (await tunnel(gateway, 'b.test')).destroy();
      await gateway.stop();
    });

    it('names the keys that wait for a restart and goes on with their old values', async () => {
      const gateway = await startGateway(config(['a.test']));
      const other = await freePort();
      gateway.configure(config(['a.test', 'b.test'], { listen: { host: '127.0.0.1', port: other }, workers: 1 }));
      const event = await reload(gateway);
      assert.deepEqual([event['changed'], event['needsRestart']], [['allowedHosts'], ['listen.port', 'workers']]);
      (await tunnel(gateway, 'b.test')).destroy();
      assert.equal(gateway.workerPids().length, 2);
      await gateway.stop();
    });

    it('ends tunnels that the new configuration refuses only when it is told to', async () => {
      const port = await freePort();
      const admin = { admin: { port } };
      const gateway = await startGateway(config(['a.test', 'b.test'], admin));
      const [a, b] = [await tunnel(gateway, 'a.test'), await tunnel(gateway, 'b.test')];
      gateway.configure(config(['a.test'], admin));
      await reload(gateway);
      assert.ok(await echoes(b, 'goes on'));
      const ended = readAll(b);
      const answer = await fetch(`http://127.0.0.1:${port}/reload?enforce=true`, { method: 'POST' });
      assert.deepEqual(await answer.json(), { ok: true, changed: [], needsRestart: [], ended: 1 });
      await ended;
      const closed = await gateway.waitForEvent(({ reason }) => reason === 'no-longer-allowed');
      assert.equal(closed.destination, `b.test:${origin.port}`);
      assert.ok(await echoes(a, 'allowed'));
      for (const socket of [a, b]) socket.destroy();
      await gateway.stop();
    });

    it('becomes a restart on request: workers are replaced one by one and nobody is refused meanwhile', async () => {
      const port = await freePort();
      const admin = { admin: { port } };
      const gateway = await startGateway(config(['a.test'], { ...admin, timeouts: { drain: 20 } }));
      const before = gateway.workerPids();
      const held = await Promise.all(Array.from({ length: 6 }, () => tunnel(gateway, 'a.test')));
      let stop = false;
      let opened = 0;
      const load = Array.from({ length: 4 }, async () => {
        for (; !stop; opened += 1) {
          assert.equal(await statusOf(await openClient(gateway.port), `a.test:${origin.port}`), 200);
        }
      });
      gateway.configure(config(['a.test', 'b.test'], { ...admin, workers: 3, timeouts: { drain: 20 } }));
      const answer = await fetch(`http://127.0.0.1:${port}/restart`, { method: 'POST' });
      assert.deepEqual(await answer.json(), { ok: true, changed: ['workers', 'allowedHosts'], needsRestart: [] });
      (await tunnel(gateway, 'b.test')).destroy();
      stop = true;
      await Promise.all(load);
      assert.ok(opened > 10, `${opened} tunnels`);
      for (const socket of held) assert.ok(await echoes(socket, 'in the old worker'));
      for (const socket of held) socket.destroy();
      const limit = performance.now() + 10_000;
      while (gateway.workerPids().length !== 3 && performance.now() < limit) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const now = gateway.workerPids();
      assert.deepEqual([now.length, now.filter((pid) => before.includes(pid))], [3, []]);
      assert.deepEqual(
        gateway.events.filter(({ reason }) => reason === 'worker-replaced'),
        [],
      );
      await gateway.stop();
    });

    it('happens by itself when the file changes and watch is set', async () => {
      const gateway = await startGateway(config(['a.test'], { watch: true }));
      gateway.configure(config(['b.test'], { watch: true }));
      await gateway.waitForEvent(({ reason }) => reason === 'configuration-reloaded');
      (await tunnel(gateway, 'b.test')).destroy();
      await gateway.stop();
    });

    it('is exact under load: 10,000 tunnels while the rules change 50 times', async () => {
      // Whoever counts answers needs no events of tunnels: to read them takes longer than to serve.
      const quiet = { log: { levels: { 103: 'off', 105: 'off', 107: 'off' } } };
      const loaded = await startGateway(config(['a.test', 'b.test'], quiet));
      const held = await Promise.all(Array.from({ length: 50 }, () => tunnel(loaded, 'a.test')));
      /** Counts changes; odd while one is under way. */
      let phase = 0;
      let allowed = true;
      let stop = false;
      const seen = { a: 0, passed: 0, refused: 0, wrong: [] as string[] };
      const client = async (): Promise<void> => {
        while (!stop) {
          if ((await statusOf(await openClient(loaded.port), `a.test:${origin.port}`)) === 200) seen.a += 1;
          else seen.wrong.push('a.test was refused');
          const [phaseBefore, allowedBefore] = [phase, allowed];
          const status = await statusOf(await openClient(loaded.port), `b.test:${origin.port}`);
          const certain = phaseBefore === phase && phase % 2 === 0;
          if (status === 200) seen.passed += 1;
          else seen.refused += 1;
          if (certain && (status === 200) !== allowedBefore) seen.wrong.push(`b.test: ${status} in phase ${phase}`);
        }
      };
      const clients = Array.from({ length: 16 }, client);
      for (let change = 0; change < 50; change += 1) {
        phase += 1;
        allowed = !allowed;
        loaded.configure(config(allowed ? ['a.test', 'b.test'] : ['a.test'], quiet));
        await reload(loaded);
        phase += 1;
        // Each state lasts until enough tunnels have met it.
        const enough = (change + 1) * 200;
        while (seen.a < enough && seen.wrong.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      stop = true;
      await Promise.all(clients);
      assert.deepEqual(seen.wrong, []);
      assert.ok(seen.a >= 10_000, `${seen.a} tunnels`);
      assert.ok(seen.passed > 1_000 && seen.refused > 1_000, JSON.stringify(seen));
      for (const socket of held) assert.ok(await echoes(socket, 'untouched'));
      for (const socket of held) socket.destroy();
      await loaded.stop();
    });

    it('of 100,000 hosts holds up no event loop for 20 ms', async () => {
      const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-probe-'));
      const probe = packageFile('dist/test/support/delay-probe.js');
      const many = Array.from({ length: 100_000 }, (_, index) => `host-${index}.example.test`);
      const gateway = await startGateway(config(['a.test', ...many]), {
        NODE_OPTIONS: `--import=${probe}`,
        DELAY_PROBE: directory,
      });
      const pauses: number[] = [];
      // Garbage and neighbours on the machine may hold up a round; what the gateway does itself, it does each time.
      for (let round = 0; round < 8 && !pauses.some((ms) => ms < 20); round += 1) {
        const pids = [gateway.pid, ...gateway.workerPids()];
        for (const pid of pids) process.kill(pid, 'SIGUSR2');
        gateway.configure(config(['a.test', `round-${round}.test`, ...many]));
        await reload(gateway, 20_000);
        await new Promise((resolve) => setTimeout(resolve, 150));
        const measured = readdirSync(directory).map((name) => Number(readFileSync(join(directory, name), 'utf8')));
        assert.equal(measured.length, pids.length);
        pauses.push(Math.max(...measured));
        assert.equal(await statusOf(await openClient(gateway.port), `host-77777.example.test:1`), 403);
        (await tunnel(gateway, 'a.test')).destroy();
      }
      await gateway.stop();
      rmSync(directory, { recursive: true });
      assert.ok(
        pauses.some((ms) => ms < 20),
        `pauses of ${pauses.map((ms) => ms.toFixed(1)).join(', ')} ms`,
      );
    });
  });
}

/** SIGHUP, and the announcement that follows it. */
async function reload(gateway: Gateway, ms = 30_000): Promise<GatewayEvent> {
  const before = gateway.events.filter(({ reason }) => reason === 'configuration-reloaded').length;
  gateway.signal('SIGHUP');
  let count = 0;
  const seen = new Set<GatewayEvent>();
  return await gateway.waitForEvent((event) => {
    if (event.reason !== 'configuration-reloaded' || seen.has(event)) return false;
    seen.add(event);
    count += 1;
    return count > before;
  }, ms);
}

async function statusOf(socket: Socket, destination: string): Promise<number> {
  socket.pause();
  socket.write(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
  const line = (await readBytes(socket, 12)).toString('latin1');
  socket.destroy();
  return Number(line.slice(9));
}

async function echoes(socket: Socket, text: string): Promise<boolean> {
  socket.write(text);
  return (await readBytes(socket, text.length)).toString() === text;
}
