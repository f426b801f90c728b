import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { after, describe, it } from 'node:test';
import { loadLibc } from '../../../src/engine/linux/libc.ts';
import { localPort, openListener } from '../../../src/engine/linux/listening.ts';
import { runLinuxEngine } from '../../../src/engine/linux/run.ts';
import type { EngineHost, RunningEngine } from '../../../src/engine/running.ts';
import type { LoopSettings } from '../../../src/engine/settings.ts';
import { loopSettings } from '../../support/loop-settings.ts';
import { openClient, readBytes } from '../../support/raw-tunnel.ts';
import type { Peer } from '../../support/wire.ts';
import { ip, tcpPair } from '../../support/wire.ts';

interface Running {
  readonly engine: RunningEngine;
  readonly port: number;
  /** The primary's end of the event lines. */
  readonly lines: Peer;
  readonly failures: string[];
  readonly ready: Promise<void>;
  readonly failed: Promise<string>;
}

function start(settings: LoopSettings): Running {
  const libc = loadLibc();
  const listenFd = openListener(libc, ip('127.0.0.1'), 0);
  const port = localPort(libc, listenFd);
  const [lineFd, lines] = tcpPair(libc);
  const failures: string[] = [];
  let isReady: () => void = () => undefined;
  let hasFailed: (detail: string) => void = () => undefined;
  const ready = new Promise<void>((resolve) => (isReady = resolve));
  const failed = new Promise<string>((resolve) => (hasFailed = resolve));
  const host: EngineHost = {
    lines: () => assert.fail('lines have a channel of their own'),
    sessionLearned: () => undefined,
    verifyCredential: () => assert.fail('nobody has to say who it is'),
    room: () => undefined,
    verifyServer: () => assert.fail('nothing to verify'),
    ready: () => {
      isReady();
    },
    failed: (detail) => {
      failures.push(detail);
      hasFailed(detail);
    },
  };
  const engine = runLinuxEngine(settings, { listenFd, lineFd }, host);
  // A test that fails half way must not leave a thread that keeps the process.
  after(() => engine.drain(0));
  return { engine, port, lines, failures, ready, failed };
}

async function ask(port: number, target: string): Promise<string> {
  const client = await openClient(port);
  client.pause();
  client.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  const status = (await readBytes(client, 12)).toString('latin1');
  client.destroy();
  return status;
}

describe('the Linux engine in its thread', { timeout: 60_000 }, () => {
  it('accepts, resolves names outside the loop, writes its lines, and drains', async () => {
    const origin = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(origin, 'listening');
    const originPort = (origin.address() as AddressInfo).port;
    const config = { allowedHosts: ['localhost', 'nowhere.invalid'], allowedPorts: [originPort] };
    const running = start(loopSettings({ ...config, addressGuard: { allow: ['127.0.0.0/8', '::1/128'] } }));
    await running.ready;
    assert.equal(await ask(running.port, 'forbidden.test:443'), 'HTTP/1.1 403');
    assert.equal(await ask(running.port, `localhost:${originPort}`), 'HTTP/1.1 200');
    assert.equal(await ask(running.port, `nowhere.invalid:${originPort}`), 'HTTP/1.1 502');
    await running.engine.drain(2_000);
    const lines = running.lines.recvAll();
    for (const reason of ['host-not-allowed', 'name-']) assert.ok(lines.includes(`"reason":"${reason}`), lines);
    assert.deepEqual(running.failures, []);
    running.lines.close();
    origin.close();
  });

  it('reports the mistake that ended its thread, with the stack', async () => {
    const running = start({ ...loopSettings({}), config: {} as never });
    const stack = await running.failed;
    assert.match(stack, /^TypeError: .*\n\s+at /);
    assert.equal(running.failures.length, 1);
    running.lines.close();
  });

  it('takes no socket from the primary', async () => {
    const running = start(loopSettings({}));
    await running.ready;
    assert.throws(() => {
      running.engine.adopt({});
    }, /accepts by itself/);
    await running.engine.drain(0);
    assert.deepEqual(running.failures, []);
    running.lines.close();
  });
});
