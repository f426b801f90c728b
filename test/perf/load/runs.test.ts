import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { LoadReport, WorkloadResult } from '../../../perf/load/result.ts';
import { cannedClientFinish, cannedClientHello, cannedServerFlight } from '../../../perf/wire/handshake.ts';
import { packageFile } from '../../../src/config/package-file.ts';
import type { Gateway, GatewayEvent } from '../../support/gateway.ts';
import { freePort, startGateway } from '../../support/gateway.ts';
import { runProgram } from '../../support/programs.ts';

/** `npm run load` as users run it, against the real gateway: every number it gives is compared with what the gateway saw. */

const MAIN = packageFile('dist/perf/load/main.js');
/** What a client sends in its handshake. */
const HELLO_BYTES = cannedClientHello('localhost', 'small').length + cannedClientFinish().length;
const FLIGHT_BYTES = cannedServerFlight().length;
const COMMAND_BYTES = 32;

const directory = mkdtempSync(join(tmpdir(), 'oms-load-test-'));
after(() => {
  rmSync(directory, { recursive: true, force: true });
});
let runs = 0;

async function load(args: readonly string[]) {
  runs += 1;
  const file = join(directory, `${runs}.json`);
  const outcome = await runProgram(process.execPath, [MAIN, ...args, '--json', file]);
  const report = (): LoadReport => JSON.parse(readFileSync(file, 'utf8')) as LoadReport;
  return { ...outcome, report };
}

describe('a load test through the gateway', () => {
  let gateway: Gateway;
  let originPort = 0;

  before(async () => {
    originPort = await freePort();
    gateway = await startGateway({
      workers: 1,
      allowedHosts: ['localhost'],
      allowedPorts: [originPort],
      addressGuard: { allow: ['127.0.0.0/8', '::1'] },
    });
  });
  after(async () => {
    await gateway.stop();
  });

  /** Runs one workload and waits until the gateway has told the end of every tunnel. */
  async function measure(
    words: string,
  ): Promise<{ result: WorkloadResult; ends: { bytesUp: number; bytesDown: number }[]; verified: number }> {
    const seen = gateway.events.length;
    const through = ['--proxy', `127.0.0.1:${gateway.port}`, '--origin', `127.0.0.1:${originPort}`];
    const { code, stdout, stderr, report } = await load([...words.split(' '), ...through]);
    assert.equal(code, 0, `${stdout}${stderr}`);
    const [result] = report().results;
    assert.ok(result !== undefined);
    const ended = await allEnds(() => gateway.events.slice(seen));
    // The first tunnel is the probe.
    const ends = ended.map((event) => ({ bytesUp: Number(event['bytesUp']), bytesDown: Number(event['bytesDown']) }));
    const verified = gateway.events.slice(seen).filter(({ event }) => event === 107).length;
    return { result, ends, verified };
  }

  function failuresOf({ failures, groups }: WorkloadResult): number {
    const failed = failures.reduce((sum, failure) => sum + failure.count, 0);
    return groups.reduce((sum, group) => sum + group.unfinished, failed);
  }

  it('agents: every upload that is due is made, no more and no less, and arrives to the byte', async () => {
    const { result, ends } = await measure('agents --agents 20 --period 0.5 --seconds 1 --warmup 0 --bytes 10k');
    assert.equal(failuresOf(result), 0);
    assert.equal(result.groups[0]?.begun, 40);
    assert.equal(result.groups[0].latency.count, 40);
    assert.equal(ends.length, 41);
    const up = ends.map(({ bytesUp }) => bytesUp).sort((a, b) => a - b);
    assert.deepEqual(up, [HELLO_BYTES, ...Array<number>(40).fill(HELLO_BYTES + COMMAND_BYTES + 10_240)]);
    assert.ok(ends.some(({ bytesDown }) => bytesDown === FLIGHT_BYTES + COMMAND_BYTES));
  });

  it('agents with long-lived tunnels: the same uploads through one tunnel for each agent', async () => {
    const { result, ends } = await measure('agents --agents 10 --period 0.5 --seconds 1 --bytes 10k --long-lived');
    assert.equal(failuresOf(result), 0);
    assert.equal(result.groups[0]?.latency.count, 20);
    assert.equal(ends.length, 11);
    assert.ok(ends.some(({ bytesUp }) => bytesUp >= HELLO_BYTES + 4 * (COMMAND_BYTES + 10_240)));
  });

  it('echo at a rate: exactly so many round trips, compared byte by byte, over several threads', async () => {
    const { result, ends } = await measure(
      'echo --rate 100 --connections 7 --seconds 1 --warmup 0.5 --threads 3 --bytes 700',
    );
    assert.equal(failuresOf(result), 0);
    assert.equal(result.groups[0]?.latency.count, 100);
    assert.equal(ends.length, 8);
    assert.ok(result.groups[0].lag !== null && result.groups[0].lag.count === 100);
  });

  it('connect: as many tunnels as the gateway saw', async () => {
    const { result, ends } = await measure('connect --connections 4 --seconds 1 --warmup 0');
    assert.equal(failuresOf(result), 0);
    assert.ok(result.counts.done > 20);
    const began = result.groups[0]?.latency.count ?? 0;
    // Those that began before the end are waited for.
    assert.equal(ends.length, began + 1);
    assert.ok(Math.abs(result.counts.done - began) <= 4);
  });

  for (const name of ['download', 'upload'] as const) {
    it(`${name}: content is compared, and payload is counted as the gateway counts it`, async () => {
      const words = `${name} --connections 2 --seconds 1 --warmup 0 --bytes 3m --check bytes`;
      const { result, ends } = await measure(words);
      assert.equal(failuresOf(result), 0);
      const done = result.groups[0]?.latency.count ?? 0;
      assert.ok(done >= 2, `${done} transfers`);
      const direction = name === 'download' ? 'bytesDown' : 'bytesUp';
      const moved = ends.reduce((sum, each) => sum + each[direction], 0);
      const extra =
        (name === 'download' ? FLIGHT_BYTES : HELLO_BYTES) * ends.length +
        (name === 'download' ? 0 : done * COMMAND_BYTES);
      assert.equal(moved - extra, done * 3 * 1024 * 1024);
    });
  }

  it('idle: so many tunnels are held at the same time, and what they cost the process is measured', async () => {
    const { result, ends } = await measure(`idle --connections 150 --seconds 0.5 --pid ${gateway.pid}`);
    assert.equal(failuresOf(result), 0);
    assert.equal(result.counts.open, 150);
    assert.equal(ends.length, 151);
    assert.ok((result.proxy?.memory.rssAfter ?? 0) > 10e6);
    assert.ok(result.proxy?.memory.rssPerTunnel !== null);
  });

  it('mixed: heartbeats all along, and the bursts of the full hour', async () => {
    const { result } = await measure('mixed --agents 20 --seconds 1 --warmup 0 --compress 300 --bytes 100k');
    assert.equal(failuresOf(result), 0);
    const [heartbeat, burst] = result.groups;
    assert.equal(heartbeat?.latency.count, 100);
    assert.equal(burst?.latency.count, 1);
  });

  it('real TLS: a whole handshake with the certificate of the origin verified, then the same work', async () => {
    const { result, ends, verified } = await measure(
      'echo --rate 20 --connections 2 --seconds 1 --warmup 0 --tls real',
    );
    assert.equal(failuresOf(result), 0);
    assert.equal(result.groups[0]?.latency.count, 20);
    assert.equal(ends.length, 3);
    assert.equal(verified, 3);
  });

  it('says what to do when the gateway does not allow the origin', async () => {
    const { code, stderr } = await load(['connect', '--proxy', `127.0.0.1:${gateway.port}`]);
    assert.equal(code, 1);
    assert.match(stderr, /failed at answer: status 403; the proxy does not allow this host and port/);
  });
});

describe('npm run load by itself', () => {
  it('refuses what is not on this machine before a single byte is sent', async () => {
    for (const args of [
      ['--proxy', '192.0.2.1:8080'],
      ['--direct', '--origin', 'none', '--target', '192.0.2.1:443'],
      ['--direct', '--origin', '0.0.0.0:18443'],
    ]) {
      const { code, stderr } = await load(['connect', ...args]);
      assert.equal(code, 2);
      assert.match(stderr, /--allow-remote/);
    }
  });

  it('starts a gateway, measures its processor time, and writes a table', async () => {
    const { code, stdout, stderr, report } = await load(['echo', '--gateway', '--seconds', '0.5', '--warmup', '0']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Through OMS Gateway, engine \w+/);
    assert.match(stdout, /proxy: .* CPU, .* per round trip, .* resident/);
    assert.ok((report().results[0]?.proxy?.cpuSeconds ?? 0) > 0);
  });

  it('counts latency from when an operation was due: a proxy that stalls is seen although it is not asked meanwhile', async () => {
    const proxy = await stallingProxy(400);
    const args = ['echo', '--proxy', `127.0.0.1:${proxy.port}`, '--rate', '50', '--connections', '1', '--seconds', '1'];
    const { report } = await load([...args, '--warmup', '0']);
    proxy.close();
    const latency = report().results[0]?.groups[0]?.latency;
    // One connection: during the stall of 0.4 s some 20 operations fell due, and on average they waited half of it.
    assert.equal(latency?.count, 50);
    assert.ok(latency.p90 > 150_000, `p90 ${latency.p90} µs`);
  });

  it('counts failures by stage and cause, and ends although the proxy never answers again', async () => {
    let answers = 0;
    const proxy = createServer((socket) => {
      socket.on('error', () => undefined);
      answers += 1;
      if (answers === 1) passThrough(socket);
      else if (answers % 2 === 0) socket.end('HTTP/1.1 503 Busy\r\n\r\n');
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const args = ['connect', '--proxy', `127.0.0.1:${port}`, '--connections', '2', '--seconds', '0.5', '--warmup', '0'];
    const { code, report } = await load([...args, '--drain', '0.3']);
    proxy.close();
    assert.equal(code, 1);
    const [result] = report().results;
    assert.ok((result?.failures ?? []).some(({ stage, cause }) => stage === 'answer' && cause === 'status 503'));
    assert.equal(result?.groups[0]?.unfinished, 2);
  });
});

/** Events of the ends of all tunnels: as many as there were requests, and for a while no more come. */
async function allEnds(events: () => readonly GatewayEvent[]): Promise<readonly GatewayEvent[]> {
  const limitMs = performance.now() + 15_000;
  let quietFromMs = performance.now();
  let known = 0;
  for (;;) {
    const now = events();
    if (now.length > known) quietFromMs = performance.now();
    known = now.length;
    const ends = now.filter(({ event }) => event === 100);
    const isWhole = ends.length === now.filter(({ event }) => event === 103).length;
    if (isWhole && performance.now() - quietFromMs > 500) return ends;
    assert.ok(performance.now() < limitMs, 'the gateway has not told the end of every tunnel');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A CONNECT proxy that passes bytes on, with one pause in the middle. */
async function stallingProxy(stallMs: number): Promise<{ port: number; close: () => void }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    passThrough(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let calls = 0;
  const timer = setInterval(() => {
    calls += 1;
    // The first tunnel is the probe; the stall begins a while after the second one is open.
    if (sockets.length < 2 || calls < 10) return;
    clearInterval(timer);
    setTimeout(() => {
      const end = performance.now() + stallMs;
      while (performance.now() < end);
    }, 250);
  }, 10);
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** The simplest CONNECT: reads the port from the request and pipes. */
function passThrough(socket: Socket): void {
  socket.on('error', () => undefined);
  socket.once('data', (head: Buffer) => {
    const port = Number(/^CONNECT [^ ]*:(\d+) /.exec(head.toString('latin1'))?.[1]);
    const origin = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(origin).pipe(socket);
    });
    origin.on('error', () => socket.destroy());
    socket.on('close', () => origin.destroy());
  });
}
