import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { systemLookup } from '../../dial/lookup.ts';
import type { EngineHost, RunningEngine } from '../running.ts';
import type { LoopSettings } from '../settings.ts';
import type { TunnelList } from '../tunnel-list.ts';
import { loadLibc } from './libc.ts';
import type { FromLoop, LoopStart, ToLoop } from './messages.ts';
import { createWakeFd, wake } from './wake.ts';

/**
 * The Linux engine at work, seen from the control thread of the worker process: starts the loop thread, resolves names
 * for it (a look-up blocks a thread of the pool, never the loop).
 */

/**
 * Where a loop's new objects are: V8 takes a third of it at a time, and by default as much as 48 MB in all, which thousands of
 * idle tunnels pay for. What is smaller stays in the processor's cache besides.
 */
const YOUNG_MB = 6;

/** Descriptors that the worker process inherits from the primary. */
export interface Inherited {
  /** The listening socket. */
  readonly listenFd: number;
  /** The stream socket that takes event lines. */
  readonly lineFd: number;
}

function accepts(): never {
  throw new Error('the Linux engine accepts by itself');
}

/**
 * @throws when the C library cannot be bound or no descriptor is left
 */
export function runLinuxEngine(settings: LoopSettings, inherited: Inherited, host: EngineHost): RunningEngine {
  const libc = loadLibc();
  const wakeFd = createWakeFd(libc);
  const turns = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const start: LoopStart = { settings, ...inherited, turns, wakeFd };
  const extension = extname(fileURLToPath(import.meta.url));
  const thread = new Worker(new URL(`./thread${extension}`, import.meta.url), {
    workerData: start,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const tell = (message: ToLoop): void => {
    thread.postMessage(message);
    wake(libc, wakeFd);
  };
  /** Who waits for the answer to `rules` and `reconfigure`, oldest first. */
  const rolling: ((ended: number) => void)[] = [];
  /** Who waits for the table of tunnels, oldest first. */
  const asked: ((list: TunnelList) => void)[] = [];
  let ending = false;
  const ended = new Promise<void>((resolve) => {
    thread.on('exit', () => {
      resolve();
      if (!ending) host.failed('the loop thread ended by itself');
    });
  });
  thread.on('error', (error: unknown) => {
    ending = true;
    host.failed(error instanceof Error ? (error.stack ?? error.message) : String(error));
  });
  thread.on('message', (message: FromLoop) => {
    switch (message.kind) {
      case 'ready':
        host.ready();
        return;
      case 'resolve':
        systemLookup(message.name, (code, addresses) => {
          tell({ kind: 'resolved', name: message.name, code, addresses });
        });
        return;
      case 'session-learned':
        host.sessionLearned(message.session);
        return;
      case 'verify-server':
        host.verifyServer(message.chain, message.host, (ok, fields) => {
          tell({ kind: 'server-verified', number: message.number, ok, fields });
        });
        return;
      case 'verify-credential':
        host.verifyCredential(message.username, message.password, (verdict) => {
          tell({ kind: 'credential-verified', number: message.number, verdict });
        });
        return;
      case 'room':
        host.room(message.report);
        return;
      case 'rules-taken':
        rolling.shift()?.(0);
        return;
      case 'reconfigured':
        rolling.shift()?.(message.ended);
        return;
      case 'tunnels':
        asked.shift()?.(message.list);
        return;
    }
  });
  // Node ends a thread only when it comes back from a call: the end of the process must not wait for the loop's wait.
  process.once('exit', () => {
    tell({ kind: 'stop' });
  });
  return {
    adopt: accepts,
    turnAway: accepts,
    takeRules: (hosts, done) => {
      rolling.push(done);
      tell({ kind: 'rules', hosts });
    },
    reconfigure: (next, enforce, done) => {
      rolling.push(done);
      tell({ kind: 'reconfigure', settings: next, enforce });
    },
    list: (query) =>
      new Promise((resolve) => {
        asked.push(resolve);
        tell({ kind: 'list', query });
      }),
    remember: (sessions) => {
      tell({ kind: 'remember', sessions });
    },
    turns: () => Atomics.load(turns, 0),
    roomNoticed: (notice) => {
      tell({ kind: 'room-noticed', notice });
    },
    drain: async (limitMs) => {
      ending = true;
      tell({ kind: 'drain', limitMs });
      await ended;
    },
  };
}
