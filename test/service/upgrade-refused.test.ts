import assert from 'node:assert/strict';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { judgePackage } from '../../src/cluster/safe-package.ts';
import { startSuccessor } from '../../src/cluster/successor.ts';
import { packageFile } from '../../src/config/package-file.ts';
import { MAIN } from '../support/gateway.ts';
import { copyPackage } from '../support/package-copy.ts';
import { runProgram } from '../support/programs.ts';
import { openTunnel } from '../support/raw-tunnel.ts';
import { stageUpgrade } from '../support/upgrade-stage.ts';

describe('an upgrade that cannot be', { timeout: 150_000 }, () => {
  it('changes nothing, and event 400 tells why', async () => {
    const stage = await stageUpgrade('auto');
    const copy = copyPackage('99.0.2', (directory) => {
      writeFileSync(join(directory, 'dist/src/cli/start.js'), 'throw new Error("broken");');
    });
    const refusals: readonly (readonly [() => void, RegExp])[] = [
      [() => undefined, /ended with exit code 1 before it served/],
      [
        () => {
          chmodSync(join(copy.directory, 'package.json'), 0o666);
        },
        /package\.json can be changed by others/,
      ],
      [
        () => {
          chmodSync(join(copy.directory, 'package.json'), 0o644);
          writeFileSync(join(copy.directory, 'package.json'), '{"name":"other","version":"1"}');
        },
        /is not a package oms-gateway/,
      ],
    ];
    for (const [index, [prepare, expected]] of refusals.entries()) {
      prepare();
      const { code, said } = await stage.upgrade(MAIN, copy.directory);
      assert.equal(code, 1);
      assert.match(said, /Nothing has changed: /);
      assert.match(said, expected);
      const told = (): number => stage.events().filter(({ reason }) => reason === 'upgrade-failed').length;
      await stage.until(() => told() === index + 1);
      (await openTunnel(stage.gateway.port, stage.destination)).destroy();
      assert.equal((await fetch(`${stage.admin}/readyz`)).status, 200);
    }
    const last = stage.events().find(({ reason }) => reason === 'upgrade-failed');
    assert.deepEqual([last?.event, last?.['package']], [400, copy.directory]);
    rmSync(copy.directory, { recursive: true, force: true });
    await stage.close();
  });

  it('is given up when it takes too long, or when the gateway is to end meanwhile', async () => {
    const copy = copyPackage('99.0.3', (directory) => {
      writeFileSync(join(directory, 'dist/src/cli/main.js'), 'setInterval(() => undefined, 1000);');
    });
    const sockets = { listenFd: 0, adminFd: null };
    const late = await startSuccessor(copy.main, sockets, new AbortController().signal, 300);
    assert.deepEqual(late, { ok: false, why: 'it did not serve within 0.3 s' });
    const ending = new AbortController();
    const waiting = startSuccessor(copy.main, sockets, ending.signal);
    ending.abort();
    assert.deepEqual(await waiting, { ok: false, why: 'this gateway was told to end meanwhile' });
    rmSync(copy.directory, { recursive: true, force: true });
  });

  it('is refused to the first process of a container', async (context) => {
    const script = `import { judgeUpgrade } from ${JSON.stringify(packageFile('dist/src/cluster/successor.js'))};
      console.log(JSON.stringify(judgeUpgrade('/')));`;
    const args = ['-rp', '--fork', process.execPath, '--input-type=module', '--eval', script];
    const { code, stdout } = await runProgram('unshare', args);
    if (code !== 0) context.skip('unshare -rp is not permitted here');
    else assert.match((JSON.parse(stdout) as { why: string }).why, /^a container ends with its first process/);
  });

  it('goes to packages that nobody but root and this user can change', () => {
    const copy = copyPackage('99.0.4');
    const uid = process.getuid?.() ?? 0;
    const judged = judgePackage(copy.directory, uid);
    assert.deepEqual(judged, { ok: true, version: '99.0.4', main: copy.main });
    const folder = join(copy.directory, 'dist/src/cli');
    chmodSync(folder, 0o777);
    assert.match(JSON.stringify(judgePackage(copy.directory, uid)), /dist\/src\/cli can be changed by others/);
    // As /tmp is: others may add files, not rename those that are there.
    chmodSync(folder, 0o1777);
    assert.equal(judgePackage(copy.directory, uid).ok, true);
    // Whoever it belongs to is somebody else for another user.
    if (uid !== 0) assert.equal(judgePackage(copy.directory, uid + 1).ok, false);
    assert.match(JSON.stringify(judgePackage('/there/is/nothing', uid)), /is not a package oms-gateway \(ENOENT\)/);
    rmSync(copy.directory, { recursive: true, force: true });
  });
});
