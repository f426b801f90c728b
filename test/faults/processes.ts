import { mkdtempSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../support/upgrade-stage.ts';
import { TRIP, writeLoopTrap } from '../support/loop-trap.ts';
import { openClient, openTunnel, readBytes } from '../support/raw-tunnel.ts';
import { startGateway } from '../support/gateway.ts';
import type { Fault } from './fault.ts';
import { echo, onScene, pause, until } from './fault.ts';

/** Resources that run out, and processes that die. */

const DESCRIPTORS = 140;

/** Loaded before the product: SIGWINCH throws in the main thread of each worker process. The product has no switch for it. */
const TRAP = `
const { isMainThread } = require('node:worker_threads');
if (isMainThread && require('node:cluster').isWorker) {
  process.on('SIGWINCH', () => {
    throw new Error('tripped in the control thread');
  });
}
`;

export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: 'out of descriptors',
    run: (engine) =>
      onScene(
        // Others are turned away as well while there are none.
        { engine, cutsOthers: true, launcher: ['prlimit', `--nofile=${DESCRIPTORS}`], config: { workers: 1 } },
        async ({ gateway, destination }) => {
          const held: Socket[] = [];
          let refused = 0;
          for (let index = 0; index < DESCRIPTORS; index += 1) {
            const socket = await openClient(gateway.port);
            held.push(socket);
            socket.pause();
            socket.write(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
            const answer = (await Promise.race([readBytes(socket, 12), pause(2_000)]))?.toString() ?? '';
            if (answer.endsWith('503') || answer === '') refused += 1;
          }
          if (refused === 0) throw new Error('descriptors did not run out');
          for (const socket of held) socket.destroy();
          const ms = await recovered(gateway.port, destination);
          return `${refused} of ${DESCRIPTORS} clients turned away; served again ${ms} ms after the others had left`;
        },
      ),
  },
  {
    name: 'kill -9 of a worker',
    run: (engine) =>
      onScene({ engine, cutsOthers: true }, async ({ gateway, destination }) => {
        const [victim = 0] = gateway.workerPids();
        process.kill(victim, 'SIGKILL');
        await gateway.waitForEvent(({ reason, cause }) => reason === 'worker-replaced' && cause === 'SIGKILL', 10_000);
        (await openTunnel(gateway.port, destination)).destroy();
        const ms = await until(() => gateway.workerPids().length === 2, 'another worker is there');
        return `another worker ${ms} ms behind the event`;
      }),
  },
  {
    name: 'an exception in the loop',
    // The portable engine's loop is the control thread.
    engines: ['linux'],
    run: (engine) => {
      const environment = { NODE_OPTIONS: `--require ${writeLoopTrap()}` };
      return onScene({ engine, environment, cutsOthers: true }, async ({ gateway, destination }) => {
        const tripping = await openTunnel(gateway.port, destination);
        tripping.write(TRIP);
        const error = await gateway.waitForEvent(({ event }) => event === 400, 10_000);
        if (!String(error['detail']).includes('tripped in the loop')) throw new Error(error.msg);
        await gateway.waitForEvent(({ reason }) => reason === 'worker-replaced', 10_000);
        tripping.destroy();
        (await openTunnel(gateway.port, destination)).destroy();
        await until(() => gateway.workerPids().length === 2, 'another worker is there');
        return 'event 400 with its stack, and another worker';
      });
    },
  },
  {
    name: 'an exception in the control thread',
    run: (engine) => {
      const trap = join(mkdtempSync(join(tmpdir(), 'oms-gateway-trap-')), 'trap.cjs');
      writeFileSync(trap, TRAP);
      const environment = { NODE_OPTIONS: `--require ${trap}` };
      return onScene({ engine, environment, cutsOthers: true }, async ({ gateway, destination }) => {
        const [victim = 0] = gateway.workerPids();
        process.kill(victim, 'SIGWINCH');
        const error = await gateway.waitForEvent(({ event }) => event === 400, 10_000);
        if (!String(error['detail']).includes('tripped in the control thread')) throw new Error(error.msg);
        await gateway.waitForEvent(({ reason }) => reason === 'worker-replaced', 10_000);
        (await openTunnel(gateway.port, destination)).destroy();
        await until(() => gateway.workerPids().length === 2, 'another worker is there');
        return 'event 400 with its stack, and another worker';
      });
    },
  },
  {
    name: 'kill -9 of the primary',
    run: async (engine) => {
      const gateway = await startGateway({ engine, workers: 2, allowedHosts: ['origin.test'] });
      const workers = gateway.workerPids();
      const client = await openClient(gateway.port);
      client.on('data', () => undefined);
      echo(client);
      gateway.signal('SIGKILL');
      const ms = await until(() => !workers.some(isAlive), 'the workers are gone', 5_000);
      client.destroy();
      return `its ${workers.length} workers were gone after ${ms} ms`;
    },
  },
];

async function recovered(port: number, destination: string): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    try {
      (await openTunnel(port, destination)).destroy();
      return Math.round(performance.now() - startedMs);
    } catch (error) {
      if (performance.now() - startedMs > 15_000) throw error;
      await pause(50);
    }
  }
}
