import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Verification } from './chain.ts';
import type { Question, ThreadData } from './messages.ts';

/** The thread that verifies: started by the first question, gone when none has come for a while. */

/** Questions that wait for the thread; with more than these the answer is no. */
const WAITING = 256;
const IDLE_MS = 60_000;

export type VerifyPool = Piscina<Question, Verification>;

export function startPool(workerData: ThreadData): VerifyPool {
  const pool = new Piscina<Question, Verification>({
    filename: fileURLToPath(new URL(`./verify-thread${extname(import.meta.url)}`, import.meta.url)),
    name: 'verify',
    minThreads: 0,
    maxThreads: 1,
    maxQueue: WAITING,
    idleTimeout: IDLE_MS,
    workerData,
  });
  // A thread that dies with nothing to do: the next question starts another, and tunnels must not end with it.
  pool.on('error', () => undefined);
  return pool;
}
