import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { describe, it } from 'node:test';
import { copyPackage } from '../support/package-copy.ts';
import { openTunnel, readBytes } from '../support/raw-tunnel.ts';
import { startLoad } from '../support/steady-load.ts';
import { isAlive, stageUpgrade } from '../support/upgrade-stage.ts';

/** Three versions after one another on one port, under load. */
export function upgradeSuite(engine: 'linux' | 'portable'): void {
  describe(`an upgrade (${engine} engine)`, { timeout: 150_000 }, () => {
    it('fails not one connection under load, twice in a row; open tunnels and readiness go on', async () => {
      const stage = await stageUpgrade(engine);
      const { gateway, admin, destination } = stage;
      const held = await openTunnel(gateway.port, destination);
      const load = startLoad(gateway.port, destination, 8, 10);
      await stage.until(() => load.rounds > 50);
      const readiness: number[] = [];
      const probe = setInterval(() => {
        void fetch(`${admin}/readyz`, { headers: { connection: 'close' } }).then(
          ({ status }) => readiness.push(status),
          () => readiness.push(0),
        );
      }, 50);
      let old = gateway.pid;
      for (const version of ['99.0.0', '99.0.1']) {
        const copy = copyPackage(version);
        const { code, said } = await stage.upgrade(copy.main);
        assert.equal(code, 0, said);
        assert.match(said, new RegExp(`^Version ${version} serves as process \\d+`));
        const { rounds } = load;
        if (!held.destroyed) {
          held.write('still here');
          assert.equal((await readBytes(held, 10)).toString(), 'still here');
          held.destroy();
        }
        const leaving = old;
        await stage.until(() => load.rounds > rounds + 100 && !isAlive(leaving));
        old = stage.successors.at(-1) ?? 0;
        rmSync(copy.directory, { recursive: true, force: true });
      }
      clearInterval(probe);
      await load.stop();
      assert.deepEqual(load.failures, [], `of ${load.rounds} rounds`);
      const unready = readiness.filter((status) => status !== 200);
      assert.deepEqual(unready, [], `of ${readiness.length} probes`);
      const status = (await (await fetch(`${admin}/status`)).json()) as Record<string, unknown>;
      assert.deepEqual([status['version'], status['engine'], status['pid']], ['99.0.1', engine, old]);
      assert.equal(await gateway.exited, 0);
      const reasons = stage.events().map(({ reason }) => reason);
      // No notice: whoever probes the port meets the successor.
      const told = reasons.filter((reason) => ['upgraded', 'drain-notice', 'draining'].includes(reason ?? ''));
      assert.deepEqual(told, ['upgraded', 'draining', 'upgraded', 'draining']);
      const stopped = stage.events().find(({ event }) => event === 102);
      assert.match(stopped?.msg ?? '', /drained after an upgrade to 99\.0\.0/);
      await stage.close();
    });
  });
}
