import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { refusalOn } from '../../src/cli/service.ts';
import { packageFile } from '../../src/config/package-file.ts';
import { cliWith } from '../support/cli.ts';
import { fakeMachine } from '../support/fake-machine.ts';
import { requireProgram } from '../support/programs.ts';

function rootWith(config: object): string {
  const root = mkdtempSync(join(tmpdir(), 'oms-gateway-root-'));
  mkdirSync(join(root, 'etc/oms-gateway'), { recursive: true });
  writeFileSync(join(root, 'etc/oms-gateway/gateway.json'), JSON.stringify(config), { mode: 0o600 });
  return root;
}

describe('oms-gateway service, in a folder that stands for /', { timeout: 60_000 }, () => {
  it('installs, tells its state, and leaves nothing of its own behind', async (context) => {
    if (requireProgram('systemctl', context) === null || requireProgram('systemd-sysusers', context) === null) return;
    const root = rootWith({ listen: { host: '127.0.0.1', port: 8090 }, allowedHosts: ['a.test'] });
    const cli = cliWith();
    assert.equal((await cli.run(['service', 'status', '--root', root])).code, 1);
    const installed = await cli.run(['service', 'install', '--root', root, '--node', '/usr/bin/node']);
    assert.equal(installed.code, 0, installed.err);
    assert.match(installed.out, /Wrote \/etc\/systemd\/system\/oms-gateway\.service\.[^]*Ran: systemctl --root=/);
    assert.match(installed.out, /Undo: oms-gateway service uninstall/);
    const unit = readFileSync(join(root, 'etc/systemd/system/oms-gateway.service'), 'utf8');
    const main = packageFile('dist/src/cli/main.js');
    assert.ok(unit.includes(`\nExecStart=/usr/bin/node ${main} start --config /etc/oms-gateway/gateway.json\n`), unit);
    const socket = readFileSync(join(root, 'etc/systemd/system/oms-gateway.socket'), 'utf8');
    assert.match(socket, /^ListenStream=127\.0\.0\.1:8090$/m);
    assert.ok(existsSync(join(root, 'etc/systemd/system/sockets.target.wants')));
    const user = /^oms-gateway:x:(\d+):/m.exec(readFileSync(join(root, 'etc/passwd'), 'utf8'))?.[1];
    const file = statSync(join(root, 'etc/oms-gateway/gateway.json'));
    assert.deepEqual([file.uid, file.mode & 0o777], [Number(user), 0o600]);

    const status = await cli.run(['service', 'status', '--root', root, '--json']);
    assert.equal(status.code, 0, status.err);
    const told = JSON.parse(status.out) as { installed: boolean; port: number; active: null };
    assert.deepEqual([told.installed, told.port, told.active], [true, 8090, null]);

    const removed = await cli.run(['service', 'uninstall', '--root', root]);
    assert.equal(removed.code, 0, removed.err);
    assert.deepEqual(
      readdirSync(join(root, 'etc/systemd/system')).filter((name) => name.startsWith('oms-')),
      [],
    );
    assert.match((await cli.run(['service', 'uninstall', '--root', root])).out, /is not installed/);
    rmSync(root, { recursive: true, force: true });
  });

  it('says with --dry-run what it would do, and does nothing', async () => {
    const root = rootWith({ allowedHosts: ['a.test'] });
    const { code, out } = await cliWith().run([
      'service',
      'install',
      '--root',
      root,
      '--dry-run',
      '--node',
      '/usr/bin/node',
    ]);
    assert.equal(code, 0);
    assert.match(
      out,
      /Would write \/etc\/sysusers\.d\/oms-gateway\.conf\.\n[^]*Would run: systemctl [^]*Nothing was done\.\n$/,
    );
    assert.deepEqual(readdirSync(join(root, 'etc')), ['oms-gateway']);
    rmSync(root, { recursive: true, force: true });
  });

  it('refuses without a right configuration, and with a Node.js that the service could not see', async () => {
    const root = rootWith({ listen: { port: 'x' } });
    const wrong = await cliWith().run(['service', 'install', '--root', root]);
    assert.equal(wrong.code, 78);
    assert.match(wrong.err, /listen\.port/);
    const none = await cliWith().run(['service', 'install', '--root', root, '--config', '/etc/other.json']);
    assert.equal(none.code, 78);
    assert.match(none.err, /\/etc\/other\.json is not there; `oms-gateway setup` writes it/);
    writeFileSync(join(root, 'etc/oms-gateway/gateway.json'), '{}');
    const hidden = await cliWith().run(['service', 'install', '--root', root, '--node', '/home/me/node']);
    assert.equal(hidden.code, 1);
    assert.match(hidden.err, /could not reach \/home\/me\/node: home folders are closed/);
    assert.equal((await cliWith().run(['service', 'remove'])).code, 2);
    rmSync(root, { recursive: true, force: true });
  });

  it('refuses where it cannot work, in words that say what to do', () => {
    assert.equal(refusalOn(fakeMachine(), false), null);
    assert.match(refusalOn(fakeMachine({ uid: 1000 }), false) ?? '', /for root to install/);
    assert.equal(refusalOn(fakeMachine({ uid: 1000 }), true), null);
    assert.match(refusalOn(fakeMachine({ isBooted: false }), true) ?? '', /systemd does not run here/);
    assert.equal(refusalOn(fakeMachine({ isBooted: false, root: '/x' }), false), null);
    assert.match(refusalOn(fakeMachine({ platform: 'win32' }), false) ?? '', /docs\/windows\.md/);
    assert.match(refusalOn(fakeMachine({ platform: 'darwin' }), false) ?? '', /systemd does not run here/);
  });
});
