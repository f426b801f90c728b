import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { statusSchema } from '../../src/admin/status.ts';
import type { Gateway } from '../support/gateway.ts';
import { MAIN, freePort, startGateway } from '../support/gateway.ts';
import { openClient, readAll } from '../support/raw-tunnel.ts';
import { endWithUs } from '../support/children.ts';
import { runProgram } from '../support/programs.ts';

describe('commands that ask the running gateway', () => {
  const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-ask-'));
  const file = join(directory, 'gateway.json');
  let gateway: Gateway;

  before(async () => {
    const admin = { port: await freePort(), token: 'correct-horse-battery' };
    writeFileSync(file, JSON.stringify({ admin }));
    gateway = await startGateway({ workers: 1, admin });
    const client = await openClient(gateway.port);
    client.write('CONNECT strange.test:443 HTTP/1.1\r\nHost: strange.test:443\r\n\r\n');
    await readAll(client);
    await gateway.waitForEvent(({ event }) => event === 105);
  });
  after(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true });
  });

  const run = (...args: string[]): ReturnType<typeof runProgram> =>
    runProgram(process.execPath, [MAIN, ...args, '--config', file]);

  it('status tells what it does, as text and as JSON', async () => {
    const text = await run('status');
    assert.equal(text.code, 0, text.stderr);
    assert.match(text.stdout, /^OMS Gateway .*: running, not ready/);
    assert.match(text.stdout, /refused +host-not-allowed 1\n/);
    const json = await run('status', '--json');
    assert.equal(statusSchema.parse(JSON.parse(json.stdout)).pid, gateway.pid);
  });

  it('status --watch goes on until it is ended', async () => {
    const child = spawn(process.execPath, [MAIN, 'status', '--watch', '--json', '--config', file]);
    endWithUs(child, 'SIGKILL');
    let text = '';
    const two = new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.split('\n').length > 2) resolve();
      });
    });
    await two;
    child.kill('SIGINT');
    const [first = '', second = ''] = text.split('\n').map((line) => line);
    const uptime = (line: string): number => statusSchema.parse(JSON.parse(line)).uptimeSeconds;
    assert.ok(uptime(second) - uptime(first) > 0.8);
  });

  it('events shows the last ones that fit, and with --follow those to come', async () => {
    const past = await run('events', '--event', '105,106', '--text', 'strange');
    assert.equal(past.code, 0, past.stderr);
    const lines = past.stdout.trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { event: number }).event),
      [105],
    );
    const child = spawn(process.execPath, [
      MAIN,
      'events',
      '--follow',
      '--recent',
      '1',
      '--event',
      '105',
      '--config',
      file,
    ]);
    endWithUs(child, 'SIGKILL');
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const limit = performance.now() + 10_000;
    const until = async (count: number): Promise<void> => {
      while (text.split('\n').length <= count && performance.now() < limit) await new Promise((r) => setTimeout(r, 20));
    };
    await until(1);
    const client = await openClient(gateway.port);
    client.write('CONNECT later.test:443 HTTP/1.1\r\nHost: later.test:443\r\n\r\n');
    await readAll(client);
    await until(2);
    child.kill('SIGINT');
    assert.match(text, /strange\.test[\s\S]*later\.test/);
  });

  it('say what is wrong and fail when they cannot ask', async () => {
    const other = join(directory, 'other.json');
    for (const [config, code, said] of [
      [{ admin: { port: 0 } }, 1, /has no admin API \(admin\.port is 0\)/],
      [{ admin: { port: await freePort() } }, 1, /no gateway answers on/],
      [{ admin: { port: 'x' } }, 78, /admin\.port: "x" is not a port/],
    ] as const) {
      writeFileSync(other, JSON.stringify(config));
      for (const command of ['status', 'events']) {
        const { code: got, stderr } = await runProgram(process.execPath, [MAIN, command, '--config', other]);
        assert.equal(got, code);
        assert.match(stderr, said);
      }
    }
    const wrong = await run('events', '--event', 'abc');
    assert.deepEqual([wrong.code, wrong.stderr.includes('is no list of event numbers')], [2, true]);
    const number = await run('events', '--follow', '--recent', 'x');
    assert.deepEqual([number.code, number.stderr.includes('recent: is no whole number from 0 to 2000')], [2, true]);
  });
});
