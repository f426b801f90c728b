import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageFile } from '../../src/config/package-file.ts';
import { connectThrough } from '../support/connect.ts';
import { startGateway } from '../support/gateway.ts';
import { requireProgram } from '../support/programs.ts';
import { openTunnel, readBytes, startRawOrigin } from '../support/raw-tunnel.ts';
import { allowedCalls, buildFilter } from '../support/syscall-filter.ts';

const UNIT = packageFile('config/systemd/oms-gateway.service');
const SOCKET = packageFile('config/systemd/oms-gateway.socket');

describe('the units for systemd', { timeout: 120_000 }, () => {
  it('leave an exposure of 2.0 at most', (context) => {
    const analyze = requireProgram('systemd-analyze', context);
    if (analyze === null) return;
    const { stdout, stderr } = spawnSync(analyze, ['security', '--offline=true', '--no-pager', UNIT], {
      encoding: 'utf8',
    });
    const exposure = /Overall exposure level for oms-gateway\.service: ([\d.]+)/.exec(stdout)?.[1];
    assert.ok(exposure !== undefined && Number(exposure) <= 2, stdout + stderr);
  });

  it('are understood to the last line', (context) => {
    const analyze = requireProgram('systemd-analyze', context);
    if (analyze === null) return;
    // The program of the unit must exist for this; that of an installation elsewhere does not.
    const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-units-'));
    const text = readFileSync(UNIT, 'utf8').replace('ExecStart=/usr/bin/node', `ExecStart=${process.execPath}`);
    writeFileSync(join(directory, 'oms-gateway.service'), text);
    cpSync(SOCKET, join(directory, 'oms-gateway.socket'));
    const units = ['oms-gateway.service', 'oms-gateway.socket'].map((name) => join(directory, name));
    const { status, stdout, stderr } = spawnSync(analyze, ['verify', '--man=no', ...units], { encoding: 'utf8' });
    assert.deepEqual([status, about(stdout + stderr)], [0, '']);
    rmSync(directory, { recursive: true, force: true });
  });

  it('their user is made by systemd-sysusers', (context) => {
    const sysusers = requireProgram('systemd-sysusers', context);
    if (sysusers === null) return;
    const root = mkdtempSync(join(tmpdir(), 'oms-gateway-users-'));
    mkdirSync(join(root, 'etc'));
    const file = packageFile('config/systemd/oms-gateway.sysusers.conf');
    const { status, stderr } = spawnSync(sysusers, [`--root=${root}`, file], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.match(readFileSync(join(root, 'etc/passwd'), 'utf8'), /^oms-gateway:x:\d+:\d+:OMS Gateway:/m);
    rmSync(root, { recursive: true, force: true });
  });

  for (const engine of ['linux', 'portable']) {
    it(`have a system call filter that the ${engine} engine passes: tunnels, reload, a dead worker, the end`, async (context) => {
      const analyze = requireProgram('systemd-analyze', context);
      const compiler = requireProgram('cc', context);
      if (analyze === null || compiler === null) return;
      const calls = allowedCalls(analyze, readFileSync(UNIT, 'utf8'));
      assert.ok(calls.includes('epoll_wait') && !calls.includes('ptrace') && !calls.includes('mount'));
      const filter = buildFilter(compiler, calls);
      const origin = await startRawOrigin((socket) => socket.on('data', (chunk: Buffer) => socket.write(chunk)));
      const config = {
        engine,
        workers: 1,
        timeouts: { drain: 1 },
        allowedHosts: ['origin.test', 'localhost'],
        allowedPorts: [origin.port],
        dns: { hosts: { 'origin.test': '127.0.0.1' } },
        addressGuard: { allow: ['127.0.0.0/8', '::1'] },
      };
      const gateway = await startGateway(config, {}, { launcher: [filter] });
      const started = await gateway.waitForEvent(({ event }) => event === 101);
      assert.equal(started['engine'], engine);
      const echo = async (): Promise<void> => {
        const socket = await openTunnel(gateway.port, `origin.test:${origin.port}`);
        socket.write('through');
        assert.equal((await readBytes(socket, 7)).toString(), 'through');
        socket.destroy();
      };
      await echo();
      // Resolved by the system.
      assert.equal(await connectThrough(gateway.port, `localhost:${origin.port}`), 200);
      gateway.signal('SIGHUP');
      await gateway.waitForEvent(({ reason }) => reason === 'configuration-reloaded');
      const [worker = 0] = gateway.workerPids();
      process.kill(worker, 'SIGKILL');
      await gateway.waitForEvent(({ reason }) => reason === 'worker-replaced');
      await echo();
      assert.equal(await gateway.stop(), 0);
      await origin.close();
    });
  }
});

/** What is said about our units, not about others of this machine. */
function about(output: string): string {
  return output
    .split('\n')
    .filter((line) => line.includes('oms-gateway'))
    .join('\n');
}
