import type { Worker } from 'node:cluster';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { resolveHostRules } from '../config/presets.ts';
import type { Config } from '../config/schema.ts';
import { openDestination } from '../events/destination.ts';
import type { LogDestination } from '../events/destination.ts';
import type { EventWriter } from '../events/writer.ts';
import { createEventWriter } from '../events/writer.ts';
import { Handoff } from './handoff.ts';
import type { Listener } from './listener.ts';
import type { EngineChoice } from './engine-choice.ts';
import { chooseEngine } from './engine-choice.ts';
import { explainListenError, listen, listenForWorkers, ownAddresses } from './listener.ts';
import type { EngineName, FromWorker, WorkerSettings } from './messages.ts';
import { onStopSignal } from './signals.ts';
import { Supervisor } from './supervisor.ts';

/**
 * The primary process: owns the listening socket, the workers and the event log. It moves no tunnel bytes and makes no
 * decision about a tunnel.
 */

export interface PrimaryOptions {
  readonly config: Config;
  readonly version: string;
}

/** Runs the gateway until it is told to stop. Resolves with the exit code. */
export async function runPrimary({ config, version }: PrimaryOptions): Promise<number> {
  const log = openLog(config.log.file);
  if (log === null) return 1;
  const events = createEventWriter({ level: config.log.level, sink: log });
  try {
    const choice = chooseEngine(config.engine);
    if (!choice.ok) {
      events.notice('application-error', { detail: choice.why });
      process.stderr.write(`oms-gateway: engine: ${choice.why}\n`);
      return 1;
    }
    const primary = new Primary(config, choice, events, log);
    return await primary.run(version);
  } finally {
    log.close();
  }
}

function openLog(file: string): LogDestination | null {
  try {
    return openDestination(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    process.stderr.write(`oms-gateway: log.file: ${file} cannot be opened for appending (${code ?? message})\n`);
    return null;
  }
}

type Chosen = Extract<EngineChoice, { ok: true }>;

class Primary {
  readonly #config: Config;
  readonly #choice: Chosen;
  readonly #events: EventWriter;
  readonly #log: LogDestination;
  readonly #handoff = new Handoff();
  readonly #supervisor: Supervisor;
  /** Workers of the first generation that are not ready yet; event 101 waits for them. */
  #startingWorkers = 0;
  #allReady: () => void = () => undefined;

  constructor(config: Config, choice: Chosen, events: EventWriter, log: LogDestination) {
    this.#config = config;
    this.#choice = choice;
    this.#events = events;
    this.#log = log;
    const settings = workerSettings(config, choice.engine);
    this.#supervisor = new Supervisor(settings, {
      ready: (worker) => {
        if (this.#choice.engine === 'portable') this.#handoff.add(worker);
        this.#startingWorkers -= 1;
        if (this.#startingWorkers === 0) this.#allReady();
      },
      message: (worker, message) => {
        this.#message(worker, message);
      },
      gone: (worker, cause, wanted) => {
        this.#gone(worker, cause, wanted);
      },
    });
  }

  async run(version: string): Promise<number> {
    const workers = this.#config.workers === 'auto' ? availableParallelism() : this.#config.workers;
    const ready = new Promise<void>((resolve) => {
      this.#allReady = resolve;
    });
    const listener = await this.#listen();
    if (listener === null) return 1;
    const stopped = new Promise<number>((resolve) => {
      onStopSignal(
        (signal) => void this.#drain(listener, signal).then(resolve),
        () => {
          this.#supervisor.kill();
          this.#events.notice('stopped', { detail: 'at once, by a second signal' });
          resolve(1);
        },
      );
    });
    this.#startingWorkers = workers;
    this.#supervisor.start(workers, listener.workerFd);
    const early = await Promise.race([ready, stopped]);
    if (early === undefined) this.#started(version, listener, workers);
    return stopped;
  }

  async #listen(): Promise<Listener | null> {
    const { host, port } = this.#config.listen;
    try {
      if (this.#choice.engine === 'linux') return listenForWorkers(host, port);
      return await listen(host, port, (socket) => {
        this.#handoff.offer(socket);
      });
    } catch (error) {
      const detail = explainListenError(error, host, port);
      this.#events.notice('cannot-listen', { detail });
      process.stderr.write(`oms-gateway: ${detail}\n`);
      return null;
    }
  }

  #started(version: string, { address }: Listener, workers: number): void {
    const hosts = resolveHostRules(this.#config).length;
    const { engine, why } = this.#choice;
    this.#events.notice('started', { version, address, engine, why, workers, hosts, pid: process.pid });
    if (hosts === 0) this.#events.notice('nothing-allowed');
  }

  #message(worker: Worker, message: FromWorker): void {
    switch (message.kind) {
      case 'adopted':
        this.#handoff.confirmed(worker, message.count);
        return;
      case 'log':
        this.#log.write(message.lines);
        return;
      case 'failed':
        this.#events.notice('application-error', { detail: message.detail });
        return;
      case 'hello':
      case 'ready':
        return;
    }
  }

  #gone(worker: Worker, cause: string, wanted: boolean): void {
    this.#handoff.remove(worker);
    if (wanted) return;
    this.#events.notice('worker-replaced', { worker: worker.id, cause });
  }

  async #drain(listener: Listener, signal: string): Promise<number> {
    const seconds = this.#config.timeouts.drain;
    this.#events.notice('draining', { seconds });
    listener.close();
    await this.#supervisor.drain(seconds * 1000);
    this.#events.notice('stopped', { detail: `drained after ${signal}` });
    return 0;
  }
}

function workerSettings(config: Config, engine: EngineName): (workerNumber: number) => WorkerSettings {
  const hostRules = resolveHostRules(config);
  const boot = randomBytes(3).toString('hex');
  const own = ownAddresses(config.listen.host, config.listen.port);
  return (workerNumber) => ({
    engine,
    loop: { config, hostRules, ownAddresses: own, idPrefix: `${boot}-${workerNumber.toString(36)}` },
  });
}
