import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startGateway } from '../support/gateway.ts';
import { openClient, openTunnel } from '../support/raw-tunnel.ts';
import { isAlive } from '../support/upgrade-stage.ts';
import type { Fault } from './fault.ts';
import { echo, onScene, until } from './fault.ts';

/** Processes that hang, that die again and again, and a primary that throws: what supervises sees to it. */

/** Loaded before the product, which has no switch for such things: SIGWINCH throws in the primary. */
const PRIMARY_TRAP = `
const { isMainThread } = require('node:worker_threads');
if (isMainThread && require('node:cluster').isPrimary) {
  process.on('SIGWINCH', () => {
    throw new Error('tripped in the primary');
  });
}
`;

/** Workers end at once while a file is there. */
const WORKER_TRAP = (broken: string): string => `
if (require('node:cluster').isWorker && require('node:fs').existsSync(${JSON.stringify(broken)})) process.exit(7);
`;

export const SUPERVISION_FAULTS: readonly Fault[] = [
  {
    name: 'a worker that hangs',
    run: (engine) =>
      onScene({ engine, cutsOthers: true }, async ({ gateway, destination }) => {
        const [victim = 0] = gateway.workerPids();
        process.kill(victim, 'SIGSTOP');
        const startedMs = performance.now();
        await gateway.waitForEvent(({ reason }) => reason === 'worker-hangs', 20_000);
        const noticedMs = performance.now() - startedMs;
        await until(() => !isAlive(victim) && gateway.workerPids().length === 2, 'another worker is there');
        (await openTunnel(gateway.port, destination)).destroy();
        return `noticed after ${Math.round(noticedMs)} ms, and replaced`;
      }),
  },
  {
    name: 'workers that end right after their start',
    run: async (engine) => {
      const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-trap-'));
      const [trap, broken] = [join(directory, 'trap.cjs'), join(directory, 'broken')];
      writeFileSync(trap, WORKER_TRAP(broken));
      const port = await freePort();
      const scene = {
        engine,
        cutsOthers: true,
        config: { workers: 1, admin: { port } },
        environment: { NODE_OPTIONS: `--require ${trap}` },
      };
      try {
        return await onScene(scene, async ({ gateway, destination }) => {
          writeFileSync(broken, '');
          process.kill(gateway.workerPids()[0] ?? 0, 'SIGKILL');
          await gateway.waitForEvent(({ reason }) => reason === 'crash-loop', 30_000);
          const asked = await fetch(`http://127.0.0.1:${port}/readyz`);
          const said = await asked.text();
          if (asked.status !== 503) throw new Error(`/readyz: ${asked.status} ${said}`);
          rmSync(broken);
          const ms = await until(() => gateway.workerPids().length === 1, 'a worker that stays', 60_000);
          (await openTunnel(gateway.port, destination)).destroy();
          return `event crash-loop, /readyz 503; a worker ${ms} ms after the cause was gone`;
        });
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
  },
  {
    name: 'an exception in the primary',
    run: async (engine) => {
      const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-trap-'));
      const trap = join(directory, 'trap.cjs');
      writeFileSync(trap, PRIMARY_TRAP);
      const config = { engine, workers: 2, allowedHosts: ['origin.test'] };
      const gateway = await startGateway(config, { NODE_OPTIONS: `--require ${trap}` });
      const workers = gateway.workerPids();
      const client = await openClient(gateway.port);
      client.on('error', () => undefined);
      echo(client);
      gateway.signal('SIGWINCH');
      const code = await gateway.exited;
      if (code !== 1) throw new Error(`it ended with ${code}`);
      const ms = await until(() => !workers.some(isAlive), 'the workers are gone', 5_000);
      const error = gateway.events.find(({ event }) => event === 400);
      if (!String(error?.['detail']).includes('tripped in the primary')) throw new Error(String(error?.msg));
      client.destroy();
      rmSync(directory, { recursive: true, force: true });
      return `event 400 with its stack, exit code 1, its ${workers.length} workers gone ${ms} ms later`;
    },
  },
];
