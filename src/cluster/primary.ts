import type { Worker } from 'node:cluster';
import { startAdminServer } from '../admin/server.ts';
import type { AdminGateway, ReloadResult } from '../admin/gateway.ts';
import { availableParallelism } from 'node:os';
import type { Sources } from '../config/load.ts';
import type { Problem } from '../config/problems.ts';
import type { Config } from '../config/schema.ts';
import { AdminDoor } from './admin-door.ts';
import { roomLimitsOf } from '../engine/room.ts';
import { Arbiter } from './arbiter.ts';
import { EventLog } from './event-log.ts';
import type { EventId } from '../events/catalogue.ts';
import { EventFeed } from '../events/feed.ts';
import { messageOf } from '../events/messages.ts';
import { LogFileProblem } from './gateway-log.ts';
import { Handoff } from './handoff.ts';
import type { Listener } from './listener.ts';
import type { EngineChoice } from './engine-choice.ts';
import { chooseEngine } from './engine-choice.ts';
import { needsPortable } from '../config/needs-portable.ts';
import { explainListenError, listen, listenForWorkers } from './listener.ts';
import { InEffect, changeFields } from './in-effect.ts';
import { loadAside } from './load-aside.ts';
import type { FromWorker } from './messages.ts';
import { Reloader } from './reloader.ts';
import type { Recipient } from './rollout.ts';
import { Rollout } from './rollout.ts';
import { onReloadSignal, onReopenSignal, onStopSignal } from './signals.ts';
import { StatusBoard } from './status.ts';
import { Supervisor } from './supervisor.ts';
import type { ServiceManager } from './service-manager.ts';
import { serviceManager } from './service-manager.ts';
import type { Sockets } from './successor.ts';
import { announceSuccession } from './successor.ts';
import { inheritedSockets, isSuccessor } from './systemd.ts';
import { Telemetry } from './telemetry.ts';
import { HEARTBEAT_MS, Watchdog } from './watchdog.ts';
import { TunnelQuestions } from './tunnel-questions.ts';
import { Upgrader } from './upgrader.ts';
import { SessionMemory } from '../tunnel/session-memory.ts';

/**
 * The primary process: owns the listening socket, the workers and the event log. It moves no tunnel bytes and makes no
 * decision about a tunnel.
 */

const SESSIONS_A_MESSAGE = 1_000;

export interface PrimaryOptions {
  readonly config: Config;
  /** Where `config` came from; a reload reads them again. */
  readonly sources: Sources;
  readonly version: string;
}

/** Runs the gateway until it is told to stop. Resolves with the exit code. */
export async function runPrimary({ config, sources, version }: PrimaryOptions): Promise<number> {
  const telemetry = new Telemetry();
  const feed = new EventFeed();
  const reported = (event: EventId): void => {
    telemetry.ownReported(event);
  };
  const log = openLog(config.log, feed, reported);
  if (log === null) return 1;
  try {
    const choice = chooseEngine(config.engine, needsPortable(config));
    if (!choice.ok) {
      log.notice('application-error', { detail: choice.why });
      process.stderr.write(`oms-gateway: engine: ${choice.why}\n`);
      return 1;
    }
    const primary = new Primary({ config, sources, choice, version, log, feed, telemetry });
    return await primary.run();
  } finally {
    telemetry.stop();
    log.close();
  }
}

function openLog(log: Config['log'], feed: EventFeed, reported: (event: EventId) => void): EventLog | null {
  try {
    return new EventLog(log, feed, reported);
  } catch (error) {
    if (!(error instanceof LogFileProblem)) throw error;
    process.stderr.write(`oms-gateway: ${error.key}: ${error.message}\n`);
    return null;
  }
}

type Chosen = Extract<EngineChoice, { ok: true }>;

interface PrimaryParts {
  readonly config: Config;
  readonly sources: Sources;
  readonly choice: Chosen;
  readonly version: string;
  readonly log: EventLog;
  readonly feed: EventFeed;
  readonly telemetry: Telemetry;
}

class Primary {
  readonly #inEffect: InEffect;
  readonly #choice: Chosen;
  readonly #log: EventLog;
  readonly #reloader: Reloader;
  /** A configuration on its way to the workers. */
  #rollout: Rollout<Worker> | null = null;
  readonly #feed: EventFeed;
  readonly #telemetry: Telemetry;
  readonly #questions = new TunnelQuestions();
  readonly #handoff = new Handoff();
  readonly #arbiter: Arbiter;
  readonly #watchdog: Watchdog<Worker>;
  readonly #supervisor: Supervisor;
  readonly #board: StatusBoard;
  readonly #manager: ServiceManager = serviceManager(process.env, process.pid);
  readonly #upgrader: Upgrader;
  #listener: Listener | null = null;
  readonly #admin: AdminDoor | null;
  /** Ends the accepting and lets tunnels finish; null while there is nothing to end yet. */
  #beginDraining: ((cause: string) => void) | null = null;
  /** What the workers tell each other; the primary itself asks nothing of it. */
  readonly #sessions = new SessionMemory({ digest: () => '', now: Date.now });
  /** Workers of the first generation that are not ready yet; event 101 waits for them. */
  #startingWorkers = 0;
  #allReady: () => void = () => undefined;

  constructor({ config, sources, choice, version, log, feed, telemetry }: PrimaryParts) {
    this.#choice = choice;
    this.#log = log;
    this.#inEffect = new InEffect(config, sources, {
      fileChanged: () => void this.reload(false),
      // Told once every worker judges by the changed list.
      changed: (change) =>
        void this.#reloader.refresh(() => {
          this.#log.notice('host-list-changed', changeFields(change));
        }),
      certificateChanged: () =>
        void this.#reloader.refresh(() => {
          this.#log.notice('listen-certificate-renewed', { file: this.#inEffect.config.listen.tls.certificate });
        }),
      notice: (notice, fields) => {
        this.#log.notice(notice, fields);
      },
    });
    this.#reloader = new Reloader({
      running: () => this.#inEffect.config,
      load: () => loadAside(sources),
      prepare: (next) => this.#prepare(next),
      apply: (next, enforce) => this.#apply(next, enforce),
      replaceWorkers: () => this.#replaceWorkers(),
      notice: (notice, fields) => {
        this.#log.notice(notice, fields);
      },
    });
    this.#admin = this.#adminDoor();
    this.#upgrader = new Upgrader({
      sockets: () => this.#sockets(),
      notice: (notice, fields) => {
        this.#log.notice(notice, fields);
      },
      handOver: ({ version: next, pid }) => {
        this.#board.isSucceeded = true;
        this.#log.notice('upgraded', { version: next, successor: pid });
        this.#manager.handedOver(pid);
        this.#admin?.stop();
        this.#beginDraining?.(`after an upgrade to ${next}`);
      },
    });
    this.#feed = feed;
    this.#telemetry = telemetry;
    const settingsOfBoard = {
      config,
      hostRules: this.#inEffect.hostRules(),
      version,
      engine: choice.engine,
      workers: workerCount(config.workers),
    };
    this.#board = new StatusBoard(settingsOfBoard, telemetry, {
      droppedByLog: () => this.#log.dropped,
      readAtMs: (origin) => this.#inEffect.readAtMs(origin),
    });
    this.#arbiter = new Arbiter(roomLimitsOf(config), {
      send: (worker, notice) => {
        this.#supervisor.sendTo(worker, { kind: 'room-noticed', notice });
      },
      now: () => performance.now(),
      later: (again, ms) => void setTimeout(again, ms).unref(),
    });
    this.#watchdog = new Watchdog(performance.now(), (worker, seconds) => {
      this.#log.notice('worker-hangs', { worker: worker.id, seconds });
      worker.process.kill('SIGKILL');
    });
    this.#supervisor = new Supervisor(
      (workerNumber) => ({
        engine: choice.engine,
        loop: { ...this.#inEffect.loopSettings(workerNumber), hostRules: this.#board.settings.hostRules },
      }),
      {
        started: (worker) => {
          this.#board.workerStarted(worker);
          this.#watchdog.watch(worker);
        },
        ready: (worker) => {
          this.#board.workerReady(worker);
          this.#watchdog.heard(worker);
          if (this.#choice.engine === 'portable') this.#handoff.add(worker);
          this.#recall(worker);
          this.#startingWorkers -= 1;
          if (this.#startingWorkers === 0) this.#allReady();
        },
        retired: (worker) => {
          this.#handoff.retire(worker);
          this.#arbiter.retired(worker.id);
        },
        message: (worker, message) => {
          this.#message(worker, message);
        },
        crashLoop: (deaths, delayMs) => {
          this.#board.nextWorkerMs = performance.now() + delayMs;
          this.#log.notice('crash-loop', { deaths, seconds: delayMs / 1000 });
        },
        gone: (worker, cause, wanted) => {
          this.#gone(worker, cause, wanted);
        },
      },
    );
  }

  /** Reads the configuration again and puts it into effect, see `Reloader`. */
  async reload(enforce: boolean): Promise<ReloadResult> {
    this.#manager.reloading();
    const result = await this.#reloader.reload(enforce);
    this.#manager.reloaded();
    return result;
  }

  /** The same, and replaces the workers one by one on the same listening socket. */
  restart(): Promise<ReloadResult> {
    return this.#reloader.restart();
  }

  async run(): Promise<number> {
    const { workers } = this.#board.settings;
    const ready = new Promise<void>((resolve) => {
      this.#allReady = resolve;
    });
    const listener = await this.#listen();
    if (listener === null) return 1;
    this.#board.listen = listener.address;
    this.#listener = listener;
    // Behind an inherited admin socket another gateway answers still: who asks shall not hear of one that starts.
    const isLate = isSuccessor(process.env, process);
    if (!isLate) await this.#admin?.open();
    const stopped = new Promise<number>((resolve) => {
      this.#beginDraining = (cause) => {
        this.#beginDraining = null;
        this.#upgrader.abort();
        void this.#drain(listener, cause).then(resolve);
      };
      onStopSignal(
        (signal) => {
          this.#beginDraining?.(`after ${signal}`);
        },
        () => {
          this.#supervisor.kill();
          this.#log.notice('stopped', { detail: 'at once, by a second signal' });
          resolve(1);
        },
      );
      // A mistake of ours: what is in memory is not to be trusted, and whoever supervises the process starts it anew.
      process.once('uncaughtException', (error: unknown) => {
        const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.#supervisor.kill();
        this.#log.notice('application-error', { detail });
        this.#log.notice('stopped', { detail: 'by an exception in the primary' });
        resolve(1);
      });
    });
    onReloadSignal(() => void this.reload(false));
    onReopenSignal(() => {
      this.#log.reopenFiles();
    });
    setInterval(() => {
      this.#watchdog.look(performance.now());
    }, HEARTBEAT_MS).unref();
    this.#startingWorkers = workers;
    this.#supervisor.start(workers, listener.workerFd);
    const early = await Promise.race([ready, stopped]);
    if (early === undefined && isLate) await this.#admin?.open();
    if (early === undefined) this.#started(listener);
    const code = await stopped;
    this.#manager.close();
    await this.#admin?.close();
    return code;
  }

  /** Null when none is configured. */
  #adminDoor(): AdminDoor | null {
    const { host, port, token } = this.#inEffect.config.admin;
    if (port === 0) return null;
    return new AdminDoor({
      open: () => {
        const { admin: fd } = inheritedSockets(process.env, process);
        return startAdminServer({ host, port, fd, token, gateway: this.#adminGateway() });
      },
      failed: (error) => {
        this.#log.notice('admin-cannot-listen', explainListenError(error, host, port, 'admin'));
      },
      works: (url) => {
        this.#log.notice('admin-works', { url });
      },
    });
  }

  /** What a successor is given; null when there is nothing to give, or nobody to give it any more. */
  #sockets(): Sockets | null {
    const listenFd = this.#listener?.fd ?? null;
    if (listenFd === null || this.#board.state !== 'running') return null;
    return { listenFd, adminFd: this.#admin?.fd ?? null };
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
      check: (target, language) => this.#board.check(target, language),
      reload: (enforce) => this.reload(enforce),
      restart: () => this.restart(),
      upgrade: (directory) => this.#upgrader.upgrade(directory),
      drain: () => {
        this.#beginDraining?.('on request of the admin API');
        const { drainNotice, drain } = this.#inEffect.config.timeouts;
        return { seconds: drainNotice + drain };
      },
    };
  }

  #cannotListen(place: { readonly address: string; readonly detail: string }): void {
    this.#log.notice('cannot-listen', place);
    process.stderr.write(`oms-gateway: cannot listen on ${place.address}: ${place.detail}\n`);
  }

  async #listen(): Promise<Listener | null> {
    const { host, port } = this.#inEffect.config.listen;
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

  #started({ address }: Listener): void {
    const { version, workers, hostRules } = this.#board.settings;
    const hosts = hostRules.length;
    const { engine, why } = this.#choice;
    this.#board.state = 'running';
    const admin = this.#admin?.url ?? null;
    const place = admin === null ? {} : { admin };
    const fields = { version, address, engine, why, workers, hosts, pid: process.pid, ...place };
    this.#log.notice('started', fields);
    if (hosts === 0) this.#log.notice('nothing-allowed');
    this.#manager.ready(messageOf(101, 'started', fields));
    announceSuccession(version);
  }

  #message(worker: Worker, message: FromWorker): void {
    this.#rollout?.heard(worker, message);
    switch (message.kind) {
      case 'adopted':
        this.#handoff.confirmed(worker, message.count);
        return;
      case 'turned-away':
        this.#handoff.turnedAway(worker, message.answer);
        return;
      case 'log':
        if (message.report !== null) this.#telemetry.report(worker.id, message.report);
        if (message.lines !== '') this.#log.write(message.lines);
        return;
      case 'vitals':
        this.#telemetry.vitals(worker.id, message.signs);
        return;
      case 'tunnels':
        this.#questions.answered(message.question, worker.id, message.list);
        return;
      case 'alive':
        this.#watchdog.heard(worker);
        return;
      case 'room':
        if (this.#supervisor.has(worker)) this.#arbiter.heard(worker.id, message.report);
        return;
      case 'session-learned':
        this.#sessions.add(message.session);
        this.#supervisor.broadcast({ kind: 'remember', sessions: [message.session] }, worker);
        return;
      case 'failed':
        this.#log.notice('application-error', { detail: message.detail });
        return;
      case 'hello':
      case 'ready':
      case 'rules-taken':
      case 'reconfigured':
        return;
    }
  }

  /** A new worker knows the sessions that the others have verified before it came. */
  #recall(worker: Worker): void {
    const all = this.#sessions.all();
    for (let at = 0; at < all.length; at += SESSIONS_A_MESSAGE) {
      this.#supervisor.send(worker, { kind: 'remember', sessions: all.slice(at, at + SESSIONS_A_MESSAGE) });
    }
  }

  #gone(worker: Worker, cause: string, wanted: boolean): void {
    this.#handoff.remove(worker);
    this.#board.workerGone(worker, wanted);
    this.#watchdog.gone(worker);
    this.#arbiter.gone(worker.id);
    this.#rollout?.gone(worker);
    this.#questions.workerGone(worker.id);
    const tunnels = this.#telemetry.workerGone(worker.id);
    if (wanted) return;
    this.#log.notice('worker-replaced', { worker: worker.id, cause, tunnels });
  }

  async #drain(listener: Listener, cause: string): Promise<number> {
    this.#board.state = 'draining';
    const { drain: seconds, drainNotice } = this.#inEffect.config.timeouts;
    // Another process is the service after an upgrade: it does not end, and nobody has to be warned of that.
    if (!this.#board.isSucceeded) {
      this.#manager.stopping((drainNotice + seconds) * 1000);
      await this.#giveNotice(drainNotice);
    }
    this.#log.notice('draining', { seconds });
    listener.close();
    await this.#supervisor.drain(seconds * 1000);
    this.#log.notice('stopped', { detail: `drained ${cause}` });
    return 0;
  }

  /** Not ready, as load balancers are told, and accepting still, because they need a while to ask. */
  async #giveNotice(seconds: number): Promise<void> {
    if (seconds === 0) return;
    this.#log.notice('drain-notice', { seconds });
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }

  async #replaceWorkers(): Promise<boolean> {
    const { workers, timeouts } = this.#inEffect.config;
    const count = workerCount(workers);
    this.#board.settings = { ...this.#board.settings, workers: count };
    return await this.#supervisor.replaceAll(count, timeouts.drain * 1000);
  }

  /** What stands in the way of a configuration that is right by itself. */
  #prepare(next: Config): Problem[] {
    const problems = this.#inEffect.problems(next, this.#choice.engine);
    if (problems.length > 0) return problems;
    try {
      this.#log.reopen(next.log);
      return [];
    } catch (error) {
      if (!(error instanceof LogFileProblem)) throw error;
      return [{ path: error.key, message: error.message }];
    }
  }

  #apply(next: Config, enforce: boolean): Promise<number> {
    this.#inEffect.take(next);
    this.#arbiter.reconfigure(roomLimitsOf(next));
    const hostRules = this.#inEffect.hostRules();
    this.#board.settings = { ...this.#board.settings, config: next, hostRules };
    return new Promise((resolve) => {
      const order = { hostRules, enforce, loop: ({ id }: Recipient) => this.#inEffect.loopSettings(id) };
      const send = (worker: Worker, message: Parameters<Supervisor['send']>[1]): void => {
        this.#supervisor.send(worker, message);
      };
      this.#rollout = new Rollout(order, send, (ended) => {
        this.#rollout = null;
        resolve(ended);
      });
      // Workers that have no configuration yet are given this one when they ask.
      this.#rollout.start(this.#supervisor.configured);
    });
  }
}

function workerCount(workers: Config['workers']): number {
  return workers === 'auto' ? availableParallelism() : workers;
}
