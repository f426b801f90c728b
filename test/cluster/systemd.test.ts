import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inheritedSockets, isManaged, successorEnvironment } from '../../src/cluster/systemd.ts';
import { endWithUs } from '../support/children.ts';
import { MAIN, freePort } from '../support/gateway.ts';
import { requireProgram } from '../support/programs.ts';
import { openTunnel, readAll, startRawOrigin } from '../support/raw-tunnel.ts';

/**
 * What systemd does for a socket unit: opens the socket, lets clients come before the service is there, and becomes the
 * service with the socket as descriptor 3 (sd_listen_fds(3)).
 */
const ACTIVATOR = `
import os, socket, sys
listener = socket.socket()
listener.bind(('127.0.0.1', int(sys.argv[1])))
listener.listen(64)
print('listening', flush=True)
if listener.fileno() != 3: os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
os.environ['LISTEN_FDS'] = '1'
os.environ['LISTEN_PID'] = str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])
`;

describe('socket activation', { timeout: 60_000 }, () => {
  it('takes the descriptor that was meant for this process, and no other', () => {
    const ids = { pid: 17, ppid: 5 };
    assert.deepEqual(inheritedSockets({ LISTEN_PID: '17', LISTEN_FDS: '1' }, ids), { proxy: 3, admin: null });
    assert.deepEqual(inheritedSockets({ LISTEN_PID: '17', LISTEN_FDS: '2' }, ids), { proxy: 3, admin: null });
    const named = { LISTEN_PID: '17', LISTEN_FDS: '2', LISTEN_FDNAMES: 'admin:oms-gateway.socket' };
    assert.deepEqual(inheritedSockets(named, ids), { proxy: 4, admin: 3 });
    for (const environment of [
      {},
      { LISTEN_PID: '17' },
      { LISTEN_FDS: '1' },
      { LISTEN_PID: '18', LISTEN_FDS: '1' },
      { LISTEN_PID: '17', LISTEN_FDS: '0' },
      { LISTEN_PID: '17', LISTEN_FDS: '' },
      { LISTEN_PID: '17', LISTEN_FDS: 'one' },
      { LISTEN_PPID: '6', LISTEN_FDS: '1' },
    ]) {
      assert.deepEqual(inheritedSockets(environment, ids), { proxy: null, admin: null }, JSON.stringify(environment));
    }
  });

  it("a successor finds the sockets of the gateway that starts it, not those of that one's own start", () => {
    const environment = { PATH: '/bin', LISTEN_PID: '5', LISTEN_FDS: '1', WATCHDOG_USEC: '9', WATCHDOG_PID: '5' };
    const passed = successorEnvironment(environment, 5, { proxy: 'managed', admin: true });
    assert.deepEqual(inheritedSockets(passed, { pid: 17, ppid: 5 }), { proxy: 3, admin: 4 });
    assert.deepEqual(inheritedSockets(passed, { pid: 18, ppid: 17 }), { proxy: null, admin: null });
    assert.equal(passed['WATCHDOG_PID'], undefined);
    assert.equal(passed['WATCHDOG_USEC'], '9');
    const alone = successorEnvironment(environment, 5, { proxy: 'own', admin: false });
    assert.deepEqual(inheritedSockets(alone, { pid: 17, ppid: 5 }), { proxy: 3, admin: null });
    const listensAnew = successorEnvironment(environment, 5, { proxy: null, admin: true });
    assert.deepEqual(inheritedSockets(listensAnew, { pid: 17, ppid: 5 }), { proxy: null, admin: 3 });
    const nothing = successorEnvironment(environment, 5, { proxy: null, admin: false });
    assert.deepEqual(inheritedSockets(nothing, { pid: 17, ppid: 5 }), { proxy: null, admin: null });
    const ids = { pid: 17, ppid: 5 };
    assert.deepEqual(
      [{ ...environment, LISTEN_PID: '17' }, passed, alone, listensAnew, {}].map((each) => isManaged(each, ids)),
      [true, true, false, false, false],
    );
  });

  for (const engine of ['linux', 'portable']) {
    it(`serves on an inherited socket with the ${engine} engine, also those who came before it`, async (context) => {
      const python = requireProgram('python3', context);
      if (python === null) return;
      const origin = await startRawOrigin((socket) => socket.end('through'));
      const [port, other] = [await freePort(), await freePort()];
      const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-activation-'));
      const file = join(directory, 'gateway.json');
      const config = {
        engine,
        workers: 2,
        // The configured port is not the one it listens on: the socket that was handed over decides.
        listen: { host: '127.0.0.1', port: other },
        admin: { port: 0 },
        // The clients below leave their side open.
        timeouts: { drain: 1 },
        allowedHosts: ['origin.test'],
        allowedPorts: [origin.port],
        dns: { hosts: { 'origin.test': '127.0.0.1' } },
        addressGuard: { allow: ['127.0.0.0/8'] },
      };
      writeFileSync(file, JSON.stringify(config));
      const args = ['-c', ACTIVATOR, String(port), process.execPath, MAIN, 'start', '--config', file];
      const gateway = spawn(python, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      endWithUs(gateway, 'SIGKILL');
      let output = '';
      gateway.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await once(gateway.stdout, 'data');
      const destination = `origin.test:${origin.port}`;
      // Nobody accepts yet.
      const early = openTunnel(port, destination);
      assert.equal((await readAll(await early)).toString(), 'through');
      assert.equal((await readAll(await openTunnel(port, destination))).toString(), 'through');
      await assert.rejects(openTunnel(other, destination), /ECONNREFUSED/);
      // The log gathers lines for a moment.
      for (let look = 0; look < 100 && !output.includes('"event":101'); look += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.match(output, /"event":101.*\(inherited\)/);
      assert.match(output, new RegExp(`"engine":"${engine}"`));
      gateway.kill('SIGTERM');
      assert.deepEqual(await once(gateway, 'exit'), [0, null]);
      rmSync(directory, { recursive: true, force: true });
      await origin.close();
    });
  }
});
