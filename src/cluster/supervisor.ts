import type { Worker } from 'node:cluster';
import cluster from 'node:cluster';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Readable } from 'node:stream';
import { Backoff } from './backoff.ts';
import { readLines } from '../events/read-lines.ts';
import type { MeterReport } from '../metrics/meter.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './messages.ts';
import { INHERITED } from './messages.ts';

/**
 * Keeps the wanted number of workers alive: starts them, replaces those that die, ends them. Knows nothing of sockets
 * or events; it tells a listener what happened.
 */

export interface SupervisorListener {
  /** The process runs; it takes no connection before it is ready. */
  started(worker: Worker): void;
  ready(worker: Worker): void;
  message(worker: Worker, message: FromWorker): void;
  /** Another one has taken the worker's place; it gets nothing new and leaves when its tunnels have ended. */
  retired(worker: Worker): void;
  /** Workers die right after their start, so many in a row; the next one is started after so many ms. */
  crashLoop(deaths: number, delayMs: number): void;
  /** The worker is gone. `cause` is e.g. "SIGKILL" or "exit code 1"; `wanted` when it was told to leave. */
  gone(worker: Worker, cause: string, wanted: boolean): void;
}

/** From so many early deaths in a row on it is a crash loop. */
const CRASH_LOOP = 3;

export class Supervisor {
  readonly #listener: SupervisorListener;
  readonly #settings: (workerNumber: number) => WorkerSettings;
  readonly #workers = new Set<Worker>();
  /** Workers that have their first configuration: a later one has to be sent to them. */
  readonly #configured = new Set<Worker>();
  /** Workers that were told to leave because another one took their place. */
  readonly #retired = new Set<Worker>();
  /** Who waits for a worker to be ready (true) or to be gone before (false). */
  readonly #awaited = new Map<Worker, (ready: boolean) => void>();
  readonly #backoff = new Backoff();
  #started = 0;
  #leaving = false;
  #allGone: (() => void) | null = null;

  constructor(settings: (workerNumber: number) => WorkerSettings, listener: SupervisorListener) {
    this.#settings = settings;
    this.#listener = listener;
  }

  /** @param listenFd a listening socket that the workers inherit, see `INHERITED`; null when they get none */
  start(count: number, listenFd: number | null): void {
    const extension = extname(fileURLToPath(import.meta.url));
    cluster.setupPrimary({
      exec: fileURLToPath(new URL(`./worker-main${extension}`, import.meta.url)),
      args: [],
      // Event lines are full of quotes: as JSON each would be escaped and read again.
      serialization: 'advanced',
      stdio: ['inherit', 'inherit', 'inherit', 'ipc', ...(listenFd === null ? [] : [listenFd, 'pipe' as const])],
    });
    for (let index = 0; index < count; index += 1) this.#fork();
  }

  /** Tells all workers to finish within `limitMs`; resolves when the last has gone. Stragglers are killed. */
  async drain(limitMs: number): Promise<void> {
    this.#leaving = true;
    if (this.#workers.size === 0) return;
    const gone = new Promise<void>((resolve) => {
      this.#allGone = resolve;
    });
    for (const worker of this.#workers) this.send(worker, { kind: 'drain', limitMs });
    const straggle = setTimeout(() => {
      this.kill();
    }, limitMs + 2_000);
    await gone;
    clearTimeout(straggle);
  }

  /**
   * Replaces the workers one by one, and ends with `count` of them. A worker is told to leave when its successor takes
   * connections; its tunnels get `limitMs`.
   * @returns false when a successor did not come up: then those not replaced yet stay
   */
  async replaceAll(count: number, limitMs: number): Promise<boolean> {
    const old = [...this.#workers].filter((worker) => !this.#retired.has(worker));
    for (let index = 0; index < count; index += 1) {
      if (this.#leaving || !(await this.#successor())) return false;
      const worker = old[index];
      if (worker !== undefined) this.#retire(worker, limitMs);
    }
    for (const worker of old.slice(count)) this.#retire(worker, limitMs);
    return true;
  }

  #successor(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#awaited.set(this.#fork(), resolve);
    });
  }

  #retire(worker: Worker, limitMs: number): void {
    if (!this.#workers.has(worker)) return;
    this.#retired.add(worker);
    this.#listener.retired(worker);
    this.send(worker, { kind: 'drain', limitMs });
  }

  #settle(worker: Worker, ready: boolean): void {
    this.#awaited.get(worker)?.(ready);
    this.#awaited.delete(worker);
  }

  /** Ends all workers at once. */
  kill(): void {
    this.#leaving = true;
    for (const worker of this.#workers) worker.process.kill('SIGKILL');
  }

  /** Sends to the worker with this number; nothing happens when it is gone. */
  sendTo(id: number, message: ToWorker): void {
    for (const worker of this.#workers) if (worker.id === id) this.send(worker, message);
  }

  /** False once it has ended: what it had to say may still come. */
  has(worker: Worker): boolean {
    return this.#workers.has(worker);
  }

  send(worker: Worker, message: ToWorker): void {
    if (worker.isConnected()) worker.send(message, () => undefined);
  }

  /** Tells all workers but one. */
  broadcast(message: ToWorker, except: Worker): void {
    for (const worker of this.#workers) if (worker !== except) this.send(worker, message);
  }

  /** Workers that run by a configuration sent to them, in the order of their start. */
  get configured(): Worker[] {
    return [...this.#configured];
  }

  /** What is in effect when the worker can listen, not what was when it was started. */
  #configure(worker: Worker, workerNumber: number): void {
    this.#configured.add(worker);
    this.send(worker, { kind: 'configure', settings: this.#settings(workerNumber) });
  }

  #fork(): Worker {
    this.#started += 1;
    const startedMs = performance.now();
    const worker = cluster.fork();
    this.#workers.add(worker);
    this.#listener.started(worker);
    const workerNumber = this.#started;
    worker.on('message', (message: FromWorker) => {
      // Told to leave before it could listen: it holds nothing, so it can simply end.
      if (message.kind === 'hello' && (this.#leaving || this.#retired.has(worker))) worker.process.kill('SIGKILL');
      else if (message.kind === 'hello') this.#configure(worker, workerNumber);
      else if (message.kind === 'ready') {
        this.#listener.ready(worker);
        this.#settle(worker, true);
      } else this.#listener.message(worker, message);
    });
    const lines = (worker.process.stdio as readonly unknown[])[INHERITED.lineFd];
    if (lines instanceof Readable) {
      readLines(lines, {
        lines: (text) => {
          this.#listener.message(worker, { kind: 'log', lines: text, report: null });
        },
        counts: (json) => {
          this.#listener.message(worker, { kind: 'log', lines: '', report: JSON.parse(json) as MeterReport });
        },
      });
    }
    worker.on('error', () => undefined);
    worker.on('exit', (code: number, signal: string | null) => {
      this.#workers.delete(worker);
      this.#configured.delete(worker);
      // A successor that does not come up ends the replacing; the one it was to replace is still there.
      const stays = this.#retired.delete(worker) || this.#awaited.has(worker);
      this.#listener.gone(worker, signal ?? `exit code ${code}`, this.#leaving || stays);
      this.#settle(worker, false);
      if (!stays) this.#replace(performance.now() - startedMs);
      if (this.#workers.size === 0) this.#allGone?.();
    });
    return worker;
  }

  #replace(livedMs: number): void {
    if (this.#leaving) return;
    const delayMs = this.#backoff.died(livedMs, performance.now());
    const { deaths } = this.#backoff;
    if (delayMs > 0 && deaths >= CRASH_LOOP) this.#listener.crashLoop(deaths, delayMs);
    setTimeout(() => {
      if (!this.#leaving) this.#fork();
    }, delayMs);
  }
}
