import assert from 'node:assert/strict';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Upgrader } from '../../src/cluster/upgrader.ts';
import { MAIN } from '../support/gateway.ts';
import { copyPackage } from '../support/package-copy.ts';
import { openTunnel } from '../support/raw-tunnel.ts';
import { stageUpgrade } from '../support/upgrade-stage.ts';

describe('an upgrade that cannot be', { timeout: 150_000 }, () => {
  it('changes nothing, and event 400 tells why', async () => {
    const stage = await stageUpgrade(process.env['TEST_ENGINE'] ?? 'auto');
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

  it('is refused while there is nothing to pass on', async () => {
    const unexpected = (): never => assert.fail();
    const upgrader = new Upgrader({ sockets: () => null, notice: unexpected, handOver: unexpected });
    upgrader.abort();
    assert.equal((await upgrader.upgrade('/opt/new')).ok, false);
  });
});
