import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { counterMemory, sumCounters } from './counters.ts';
import type { CounterValues } from './counters.ts';
import type { ThreadResult, ThreadTask } from './messages.ts';
import { StartLine, startLineMemory } from './start-line.ts';

/** The client threads. They live as long as the pool; each run gives every one of them its share. */

export type SharedTask = Omit<ThreadTask, 'thread' | 'threads' | 'counters' | 'startLine'>;

export interface PoolRun {
  /** When all threads began, or will begin, on this thread's `performance.now()`. */
  readonly startMs: number;
  counters(): CounterValues;
  /** Ends the run before its time. */
  stop(): void;
  /** In the order of the threads. Rejects when one of them fails. */
  readonly results: Promise<ThreadResult[]>;
}

/** Between the signal and the beginning, so that the last thread hears it in time. */
const LEAD_MS = 50;

export class ClientPool {
  readonly threads: number;
  readonly #pool: Piscina<ThreadTask, ThreadResult>;

  constructor(threads: number) {
    this.threads = threads;
    this.#pool = new Piscina({
      filename: fileURLToPath(new URL('./worker.js', import.meta.url)),
      name: 'runThread',
      minThreads: threads,
      maxThreads: threads,
      idleTimeout: Infinity,
      // Waiting for a task must not block the thread's event loop: closed sockets are still being cleaned up there.
      atomics: 'disabled',
    });
  }

  /** Starts a run; resolves when all threads are about to begin. */
  async start(shared: SharedTask): Promise<PoolRun> {
    const counters = counterMemory(this.threads);
    const memory = startLineMemory();
    const startLine = new StartLine(memory);
    const tasks = Array.from({ length: this.threads }, (_, thread) =>
      this.#pool.run({ ...shared, thread, threads: this.threads, counters, startLine: memory }),
    );
    const results = Promise.all(tasks);
    // Whoever awaits `results` hears of it; until then a failure must not end the process.
    const failures: unknown[] = [];
    results.catch((error: unknown) => failures.push(error));
    while (startLine.ready < this.threads && failures.length === 0) await sleep(5);
    return {
      startMs: startLine.start(LEAD_MS),
      counters: () => sumCounters(counters),
      stop: () => {
        startLine.stop();
      },
      results,
    };
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
