import type { Worker } from 'node:cluster';
import type { AdminServer } from '../admin/server.ts';
import { startAdminServer } from '../admin/server.ts';
import type { AdminGateway } from '../admin/gateway.ts';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { resolveHostRules } from '../config/presets.ts';
import type { Config } from '../config/schema.ts';
import type { EventId } from '../events/catalogue.ts';
import { EventFeed } from '../events/feed.ts';
import type { EventWriter, LineSink } from '../events/writer.ts';
import { createEventWriter } from '../events/writer.ts';
import { openGatewayLog } from './gateway-log.ts';
import { Handoff } from './handoff.ts';
import type { Listener } from './listener.ts';
import type { EngineChoice } from './engine-choice.ts';
import { chooseEngine } from './engine-choice.ts';
import { explainListenError, gatewayAddresses, listen, listenForWorkers } from './listener.ts';
import type { EngineName, FromWorker, WorkerSettings } from './messages.ts';
import { onStopSignal } from './signals.ts';
import { StatusBoard } from './status.ts';
import { Supervisor } from './supervisor.ts';
import { Telemetry } from './telemetry.ts';
import { TunnelQuestions } from './tunnel-questions.ts';

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
  const log = openGatewayLog(config.log);
  if (log === null) return 1;
  const telemetry = new Telemetry();
  const feed = new EventFeed();
  const sink: LineSink = {
    write: (lines) => {
      log.write(lines);
      feed.push(lines);
    },
  };
  const reported = (event: EventId): void => {
    telemetry.ownReported(event);
  };
  const events = createEventWriter({ ...config.log, sink, reported });
  process.on('SIGUSR2', () => {
    for (const detail of log.reopen()) events.notice('application-error', { detail });
  });
  try {
    const choice = chooseEngine(config.engine);
    if (!choice.ok) {
      events.notice('application-error', { detail: choice.why });
      process.stderr.write(`oms-gateway: engine: ${choice.why}\n`);
      return 1;
    }
    const dropped = (): number => log.dropped;
    const primary = new Primary({ config, choice, version, events, sink, feed, telemetry, dropped });
    return await primary.run();
  } finally {
    telemetry.stop();
    log.close();
  }
}

type Chosen = Extract<EngineChoice, { ok: true }>;

interface PrimaryParts {
  readonly config: Config;
  readonly choice: Chosen;
  readonly version: string;
  readonly events: EventWriter;
  /** Where finished lines go. */
  readonly sink: LineSink;
  readonly feed: EventFeed;
  readonly telemetry: Telemetry;
  /** Lines the log could not write in time. */
  readonly dropped: () => number;
}

class Primary {
  readonly #config: Config;
  readonly #choice: Chosen;
  readonly #events: EventWriter;
  readonly #sink: LineSink;
  readonly #feed: EventFeed;
  readonly #telemetry: Telemetry;
  readonly #questions = new TunnelQuestions();
  readonly #handoff = new Handoff();
  readonly #supervisor: Supervisor;
  readonly #board: StatusBoard;
  /** Ends the accepting and lets tunnels finish; null while there is nothing to end yet. */
  #beginDraining: ((cause: string) => void) | null = null;
  /** Workers of the first generation that are not ready yet; event 101 waits for them. */
  #startingWorkers = 0;
  #allReady: () => void = () => undefined;

  constructor({ config, choice, version, events, sink, feed, telemetry, dropped }: PrimaryParts) {
    this.#config = config;
    this.#choice = choice;
    this.#events = events;
    this.#sink = sink;
    this.#feed = feed;
    this.#telemetry = telemetry;
    const settingsOfBoard = {
      config,
      hostRules: resolveHostRules(config),
      version,
      engine: choice.engine,
      workers: config.workers === 'auto' ? availableParallelism() : config.workers,
    };
    this.#board = new StatusBoard(settingsOfBoard, telemetry, dropped);
    const settings = workerSettings(config, choice.engine);
    this.#supervisor = new Supervisor(settings, {
      started: (worker) => {
        this.#board.workerStarted(worker);
      },
      ready: (worker) => {
        this.#board.workerReady(worker);
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

  async run(): Promise<number> {
    const { workers } = this.#board.settings;
    const ready = new Promise<void>((resolve) => {
      this.#allReady = resolve;
    });
    const listener = await this.#listen();
    if (listener === null) return 1;
    this.#board.listen = listener.address;
    const admin = await this.#startAdmin();
    if (admin === 'failed') {
      listener.close();
      return 1;
    }
    const stopped = new Promise<number>((resolve) => {
      this.#beginDraining = (cause) => {
        this.#beginDraining = null;
        void this.#drain(listener, cause).then(resolve);
      };
      onStopSignal(
        (signal) => {
          this.#beginDraining?.(`after ${signal}`);
        },
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
    if (early === undefined) this.#started(listener, admin);
    const code = await stopped;
    await admin?.close();
    return code;
  }

  /** Null when none is configured; "failed" when it cannot listen, which has been told then. */
  async #startAdmin(): Promise<AdminServer | null | 'failed'> {
    const { host, port, token } = this.#config.admin;
    if (port === 0) return null;
    try {
      return await startAdminServer({ host, port, token, gateway: this.#adminGateway() });
    } catch (error) {
      this.#cannotListen(`admin API: ${explainListenError(error, host, port, 'admin')}, or admin.port 0 for none`);
      return 'failed';
    }
  }

  #adminGateway(): AdminGateway {
    return {
      readiness: () => this.#board.readiness(),
      status: () => this.#board.status(),
      metrics: () => this.#board.metrics(),
      history: () => this.#telemetry.history(),
      feed: this.#feed,
      tunnels: (query) =>
        this.#questions.ask(this.#board.readyWorkers, query, (worker, question) => {
          this.#supervisor.sendTo(worker, { kind: 'list', question, query });
        }),
      check: (target) => this.#board.check(target),
      reload: () =>
        Promise.resolve({
          ok: false,
          problems: [{ path: '', message: 'reloading is not supported by this version; restart the gateway' }],
        }),
      drain: () => {
        this.#beginDraining?.('on request of the admin API');
        return { seconds: this.#config.timeouts.drain };
      },
    };
  }

  #cannotListen(detail: string): void {
    this.#events.notice('cannot-listen', { detail });
    process.stderr.write(`oms-gateway: ${detail}\n`);
  }

  async #listen(): Promise<Listener | null> {
    const { host, port } = this.#config.listen;
    try {
      if (this.#choice.engine === 'linux') return listenForWorkers(host, port);
      return await listen(host, port, (socket) => {
        this.#handoff.offer(socket);
      });
    } catch (error) {
      this.#cannotListen(explainListenError(error, host, port));
      return null;
    }
  }

  #started({ address }: Listener, admin: AdminServer | null): void {
    const { version, workers, hostRules } = this.#board.settings;
    const hosts = hostRules.length;
    const { engine, why } = this.#choice;
    this.#board.state = 'running';
    const place = admin === null ? {} : { admin: admin.url };
    this.#events.notice('started', { version, address, engine, why, workers, hosts, pid: process.pid, ...place });
    if (hosts === 0) this.#events.notice('nothing-allowed');
  }

  #message(worker: Worker, message: FromWorker): void {
    switch (message.kind) {
      case 'adopted':
        this.#handoff.confirmed(worker, message.count);
        return;
      case 'log':
        if (message.report !== null) this.#telemetry.report(worker.id, message.report);
        if (message.lines !== '') this.#sink.write(message.lines);
        return;
      case 'vitals':
        this.#telemetry.vitals(worker.id, message.signs);
        return;
      case 'tunnels':
        this.#questions.answered(message.question, worker.id, message.list);
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
    this.#board.workerGone(worker, wanted);
    this.#questions.workerGone(worker.id);
    const tunnels = this.#telemetry.workerGone(worker.id);
    if (wanted) return;
    this.#events.notice('worker-replaced', { worker: worker.id, cause, tunnels });
  }

  async #drain(listener: Listener, cause: string): Promise<number> {
    this.#board.state = 'draining';
    const seconds = this.#config.timeouts.drain;
    this.#events.notice('draining', { seconds });
    listener.close();
    await this.#supervisor.drain(seconds * 1000);
    this.#events.notice('stopped', { detail: `drained ${cause}` });
    return 0;
  }
}

function workerSettings(config: Config, engine: EngineName): (workerNumber: number) => WorkerSettings {
  const hostRules = resolveHostRules(config);
  const boot = randomBytes(3).toString('hex');
  const own = gatewayAddresses(config);
  // Workers serve strangers; what only the primary needs stays with it.
  const forWorkers: Config = { ...config, admin: { ...config.admin, token: '' } };
  return (workerNumber) => ({
    engine,
    loop: { config: forWorkers, hostRules, ownAddresses: own, idPrefix: `${boot}-${workerNumber.toString(36)}` },
  });
}
