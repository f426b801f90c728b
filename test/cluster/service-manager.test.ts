import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { describe, it } from 'node:test';
import { ServiceManager, serviceManager } from '../../src/cluster/service-manager.ts';
import { endWithUs } from '../support/children.ts';
import { startGateway } from '../support/gateway.ts';
import { requireProgram } from '../support/programs.ts';

/** The service manager's end: prints each datagram as a line of JSON, with the process it came from. */
const RECEIVER = `
import json, socket, struct, sys
path = sys.argv[1]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
receiver.bind('\\0' + path[1:] if path.startswith('@') else path)
print('bound', flush=True)
while True:
    data, ancillary, _, _ = receiver.recvmsg(65536, 256)
    pid = next((struct.unpack('3i', d[:12])[0] for l, t, d in ancillary if t == socket.SCM_CREDENTIALS), 0)
    print(json.dumps({'pid': pid, 'text': data.decode()}), flush=True)
`;

interface Message {
  readonly pid: number;
  readonly text: string;
}

interface Receiver {
  readonly messages: readonly Message[];
  /** Waits for a message that holds the words. */
  heard(words: string): Promise<Message>;
  stop(): void;
}

async function startReceiver(path: string, context: TestContext): Promise<Receiver | null> {
  const python = requireProgram('python3', context);
  if (python === null) return null;
  const child = spawn(python, ['-c', RECEIVER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  endWithUs(child, 'SIGKILL');
  const messages: Message[] = [];
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  lines.on('line', (line) => messages.push(JSON.parse(line) as Message));
  return {
    messages,
    heard: async (words) => {
      for (let look = 0; look < 500; look += 1) {
        const found = messages.find(({ text }) => text.includes(words));
        if (found !== undefined) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`${words} was not heard, but ${JSON.stringify(messages)}`);
    },
    stop: () => child.kill('SIGKILL'),
  };
}

const CONFIG = { workers: 1, allowedHosts: ['origin.test'] };

describe('what the service manager is told', { timeout: 60_000 }, () => {
  for (const place of ['path', 'abstract name'] as const) {
    it(`readiness, reload, signs of life and the end, by datagrams to a ${place}`, async (context) => {
      const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-notify-'));
      const path = place === 'path' ? join(directory, 'notify') : `@oms-gateway-test-${process.pid}`;
      const receiver = await startReceiver(path, context);
      if (receiver === null) return;
      const gateway = await startGateway(CONFIG, { NOTIFY_SOCKET: path, WATCHDOG_USEC: '200000' });
      const ready = await receiver.heard('READY=1');
      assert.equal(ready.pid, gateway.pid);
      assert.match(ready.text, /^READY=1\nSTATUS=OMS Gateway .* started: listening on 127\.0\.0\.1:\d+/);
      await receiver.heard('WATCHDOG=1');
      gateway.signal('SIGHUP');
      await receiver.heard('RELOADING=1\nMONOTONIC_USEC=');
      await gateway.waitForEvent(({ reason }) => reason === 'configuration-reloaded');
      assert.equal(await gateway.stop(), 0);
      const end = await receiver.heard('STOPPING=1');
      assert.match(end.text, /^STOPPING=1\nEXTEND_TIMEOUT_USEC=40000000$/);
      const order = receiver.messages.map(({ text }) => text.split(/[=\n]/)[0]).filter((name) => name !== 'WATCHDOG');
      assert.deepEqual(order, ['READY', 'RELOADING', 'READY', 'STOPPING']);
      receiver.stop();
      rmSync(directory, { recursive: true, force: true });
    });
  }

  it('a reload that is refused ends, too', async (context) => {
    const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-notify-'));
    const receiver = await startReceiver(join(directory, 'notify'), context);
    if (receiver === null) return;
    const gateway = await startGateway(CONFIG, { NOTIFY_SOCKET: join(directory, 'notify') });
    await receiver.heard('READY=1');
    gateway.configure({ ...CONFIG, workers: 'many' });
    gateway.signal('SIGHUP');
    await gateway.waitForEvent(({ reason }) => reason === 'reload-refused');
    await receiver.heard('RELOADING=1');
    assert.equal(await gateway.stop(), 0);
    await receiver.heard('STOPPING=1');
    const order = receiver.messages.map(({ text }) => text.split(/[=\n]/)[0]);
    assert.deepEqual(order, ['READY', 'RELOADING', 'READY', 'STOPPING']);
    receiver.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('without koffi the program systemd-notify says it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-notify-'));
    const said = join(directory, 'said');
    const program = join(directory, 'systemd-notify');
    writeFileSync(program, `#!/bin/sh\nprintf '%s|' "$NOTIFY_SOCKET" "$@" >> ${said}\necho >> ${said}\n`);
    chmodSync(program, 0o755);
    const without = join(directory, 'without.cjs');
    writeFileSync(
      without,
      `const Module = require('node:module');
      const load = Module._load;
      Module._load = (name, ...rest) => {
        if (name === 'koffi') throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
        return load(name, ...rest);
      };`,
    );
    const gateway = await startGateway(
      { ...CONFIG, engine: 'portable' },
      {
        NOTIFY_SOCKET: '/run/nowhere',
        NODE_OPTIONS: `--require ${without}`,
        PATH: `${directory}:${process.env['PATH'] ?? ''}`,
      },
    );
    assert.equal(await gateway.stop(), 0);
    let lines: string[] = [];
    for (let look = 0; look < 200 && lines.length < 2; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      lines = readFileSync(said, 'utf8').trim().split('\n');
    }
    assert.match(lines[0] ?? '', /^\/run\/nowhere\|READY=1\|STATUS=OMS Gateway/);
    assert.equal(lines[1], '/run/nowhere|STOPPING=1|EXTEND_TIMEOUT_USEC=40000000|');
    rmSync(directory, { recursive: true, force: true });
  });

  it('nothing at all where no service manager listens, and what cannot be sent is no failure', async () => {
    const opened: string[] = [];
    const open = (path: string): (() => void) => {
      opened.push(path);
      return () => undefined;
    };
    for (const path of [undefined, '', '/', 'relative', '@']) {
      serviceManager(path === undefined ? {} : { NOTIFY_SOCKET: path }, 1, open).ready('x');
    }
    assert.deepEqual(opened, []);
    const gateway = await startGateway(CONFIG, { NOTIFY_SOCKET: '/run/there/is/no/such/socket' });
    assert.equal(await gateway.stop(), 0);
  });

  it('the signs of life that were asked of this process, and none after it has handed over', async () => {
    const said: string[] = [];
    const open = () => (lines: readonly string[]) => void said.push(lines.join('|'));
    const base = { NOTIFY_SOCKET: '/x', WATCHDOG_USEC: '20000' };
    const other = serviceManager({ ...base, WATCHDOG_PID: '2' }, 1, open);
    other.ready('of another process');
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.deepEqual(said.splice(0), ['READY=1|STATUS=of another process']);
    const own = serviceManager({ ...base, WATCHDOG_PID: '1' }, 1, open);
    own.ready('two\nlines');
    while (!said.includes('WATCHDOG=1')) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(said[0], 'READY=1|STATUS=two lines');
    own.handedOver(77);
    said.splice(0, said.length - 1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.deepEqual(said, ['MAINPID=77']);
    new ServiceManager(() => undefined, null).close();
  });
});
