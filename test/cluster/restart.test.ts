import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { MAIN, freePort } from '../support/gateway.ts';
import { runProgram } from '../support/programs.ts';
import { openTunnel, readBytes } from '../support/raw-tunnel.ts';
import type { UpgradeStage } from '../support/upgrade-stage.ts';
import { isAlive, stageUpgrade } from '../support/upgrade-stage.ts';

async function run(stage: UpgradeStage, ...words: readonly string[]): Promise<{ code: number | null; said: string }> {
  const args = [MAIN, ...words, '--config', stage.gateway.file];
  const { code, stdout, stderr } = await runProgram(process.execPath, args);
  return { code, said: stdout + stderr };
}

describe('a restart with keys that only a new process takes up', { timeout: 150_000 }, () => {
  it('moves the port and changes the engine; open tunnels and the admin API go on', async () => {
    const stage = await stageUpgrade('auto');
    const held = await openTunnel(stage.gateway.port, stage.destination);
    const port = await freePort();
    const set = await run(stage, 'config', 'set', 'listen.port', String(port));
    assert.match(set.said, /Waits for a restart \(oms-gateway restart\): listen\.port/);
    await run(stage, 'config', 'set', 'engine', 'portable');
    const { code, said } = await run(stage, 'restart');
    assert.equal(code, 0, said);
    const pid = Number(/^Process (\d+) has taken over/.exec(said)?.[1]);
    stage.successors.push(pid);
    assert.doesNotMatch(said, /Waits/);
    (await openTunnel(port, stage.destination)).destroy();
    held.write('still here');
    assert.equal((await readBytes(held, 10)).toString(), 'still here');
    held.destroy();
    await stage.until(() => !isAlive(stage.gateway.pid));
    const status = (await (await fetch(`${stage.admin}/status`)).json()) as Record<string, unknown>;
    assert.deepEqual([status['engine'], status['listen'], status['pid']], ['portable', `127.0.0.1:${port}`, pid]);
    await assert.rejects(openTunnel(stage.gateway.port, stage.destination));
    await stage.close();
  });

  it('changes nothing when the new port is taken, and says so', async () => {
    const stage = await stageUpgrade('auto');
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await run(stage, 'config', 'set', 'listen.port', String(port));
    const { code, said } = await run(stage, 'restart');
    assert.equal(code, 1, said);
    assert.match(said, /listen\.port: stays as it was.*ended with exit code 1 before it served/);
    (await openTunnel(stage.gateway.port, stage.destination)).destroy();
    assert.equal(stage.events().filter(({ reason }) => reason === 'cannot-listen').length, 1);
    other.close();
    await stage.close();
  });
});
