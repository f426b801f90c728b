import type { Worker } from 'node:cluster';
import type { Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import type { HostRule } from '../config/presets.ts';
import { groupByOrigin } from '../config/presets.ts';
import type { Config } from '../config/schema.ts';
import { roomLimitsOf } from '../engine/room.ts';
import type { TunnelQuery } from '../engine/tunnel-list.ts';
import { SessionMemory } from '../tunnel/session-memory.ts';
import { Arbiter } from './arbiter.ts';
import type { EventLog } from './event-log.ts';
import { Handoff } from './handoff.ts';
import type { InEffect } from './in-effect.ts';
import type { EngineName, FromWorker } from './messages.ts';
import type { Recipient } from './rollout.ts';
import { Rollout } from './rollout.ts';
import type { StatusBoard } from './status.ts';
import type { SupervisorListener } from './supervisor.ts';
import { Supervisor } from './supervisor.ts';
import type { Telemetry } from './telemetry.ts';
import type { WholeTunnelList } from './tunnel-questions.ts';
import { TunnelQuestions } from './tunnel-questions.ts';
import { HEARTBEAT_MS, Watchdog } from './watchdog.ts';

/**
 * The workers, with everything that is kept about them: each is watched, counted and told what it has to know, and what it
 * says gets to whom it is for.
 */

const SESSIONS_A_MESSAGE = 1_000;

export interface CrewOptions {
  readonly engine: EngineName;
  /** What loops are made from, and the limits that hold over all of them. */
  readonly inEffect: Pick<InEffect, 'config' | 'loopSettings'>;
  readonly board: StatusBoard;
  readonly telemetry: Telemetry;
  readonly log: EventLog;
}

export class Crew implements SupervisorListener {
  readonly #options: CrewOptions;
  readonly #supervisor: Supervisor;
  readonly #handoff = new Handoff();
  readonly #arbiter: Arbiter;
  readonly #watchdog: Watchdog<Worker>;
  readonly #questions = new TunnelQuestions();
  /** What the workers tell each other; the primary itself asks nothing of it. */
  readonly #sessions = new SessionMemory({ digest: () => '', now: Date.now });
  /** A configuration on its way to the workers. */
  #rollout: Rollout<Worker> | null = null;
  /** Workers of the first generation that are not ready yet. */
  #startingWorkers = 0;
  #allReady: () => void = () => undefined;

  constructor(options: CrewOptions) {
    const { engine, inEffect, board, log } = options;
    this.#options = options;
    this.#arbiter = new Arbiter(roomLimitsOf(inEffect.config), {
      send: (worker, notice) => {
        this.#supervisor.sendTo(worker, { kind: 'room-noticed', notice });
      },
      now: () => performance.now(),
      later: (again, ms) => void setTimeout(again, ms).unref(),
    });
    this.#watchdog = new Watchdog(performance.now(), (worker, seconds) => {
      log.notice('worker-hangs', { worker: worker.id, seconds });
      worker.process.kill('SIGKILL');
    });
    this.#supervisor = new Supervisor((workerNumber) => {
      const { hostRules } = board.settings;
      return { engine, loop: { ...inEffect.loopSettings(workerNumber), hostGroups: groupByOrigin(hostRules) } };
    }, this);
  }

  /** Starts the workers; resolves when all of them are ready. @param listenFd see `Supervisor.start` */
  start(count: number, listenFd: number | null): Promise<void> {
    setInterval(() => {
      this.#watchdog.look(performance.now());
    }, HEARTBEAT_MS).unref();
    this.#startingWorkers = count;
    return new Promise((resolve) => {
      this.#allReady = resolve;
      this.#supervisor.start(count, listenFd);
    });
  }

  /** Passes a socket just accepted on to a worker, see `Handoff`. */
  offer(socket: Socket): void {
    this.#handoff.offer(socket);
  }

  /** The open tunnels of all workers; null when too many have asked at once. */
  tunnels(query: TunnelQuery): Promise<WholeTunnelList | null> {
    return this.#questions.ask(this.#options.board.readyWorkers, query, (worker, question) => {
      this.#supervisor.sendTo(worker, { kind: 'list', question, query });
    });
  }

  /** Puts a configuration into effect in every worker. @returns how many tunnels it ended, once all judge by it */
  reconfigure(next: Config, hostRules: readonly HostRule[], enforce: boolean): Promise<number> {
    this.#arbiter.reconfigure(roomLimitsOf(next));
    const order = { hostRules, enforce, loop: ({ id }: Recipient) => this.#options.inEffect.loopSettings(id) };
    const send = (...[worker, message]: Parameters<Supervisor['send']>): void => {
      this.#supervisor.send(worker, message);
    };
    return new Promise((resolve) => {
      this.#rollout = new Rollout(order, send, (ended) => {
        this.#rollout = null;
        resolve(ended);
      });
      // Workers that have no configuration yet are given this one when they ask.
      this.#rollout.start(this.#supervisor.configured);
    });
  }

  /** Replaces the workers one by one, see `Supervisor.replaceAll`. */
  replaceAll(count: number, limitMs: number): Promise<boolean> {
    return this.#supervisor.replaceAll(count, limitMs);
  }

  /** Tells all workers to finish within `limitMs`; resolves when the last has gone. */
  drain(limitMs: number): Promise<void> {
    return this.#supervisor.drain(limitMs);
  }

  /** Ends all workers at once. */
  kill(): void {
    this.#supervisor.kill();
  }

  started(worker: Worker): void {
    this.#options.board.workerStarted(worker);
    this.#watchdog.watch(worker);
  }

  ready(worker: Worker): void {
    this.#options.board.workerReady(worker);
    this.#watchdog.heard(worker);
    if (this.#options.engine === 'portable') this.#handoff.add(worker);
    this.#recall(worker);
    this.#startingWorkers -= 1;
    if (this.#startingWorkers === 0) this.#allReady();
  }

  message(worker: Worker, message: FromWorker): void {
    const { telemetry, log } = this.#options;
    this.#rollout?.heard(worker, message);
    switch (message.kind) {
      case 'adopted':
        this.#handoff.confirmed(worker, message.count);
        return;
      case 'turned-away':
        this.#handoff.turnedAway(worker, message.answer);
        return;
      case 'log':
        if (message.report !== null) telemetry.report(worker.id, message.report);
        if (message.lines !== '') log.write(message.lines);
        return;
      case 'vitals':
        telemetry.vitals(worker.id, message.signs);
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
        log.notice('application-error', { detail: message.detail });
        return;
      case 'hello':
      case 'ready':
      case 'rules-taken':
      case 'reconfigured':
        return;
    }
  }

  retired(worker: Worker): void {
    this.#handoff.retire(worker);
    this.#arbiter.retired(worker.id);
  }

  crashLoop(deaths: number, delayMs: number): void {
    this.#options.board.nextWorkerMs = performance.now() + delayMs;
    this.#options.log.notice('crash-loop', { deaths, seconds: delayMs / 1000 });
  }

  gone(worker: Worker, cause: string, wanted: boolean): void {
    const { board, telemetry, log } = this.#options;
    this.#handoff.remove(worker);
    board.workerGone(worker, wanted);
    this.#watchdog.gone(worker);
    this.#arbiter.gone(worker.id);
    this.#rollout?.gone(worker);
    this.#questions.workerGone(worker.id);
    const tunnels = telemetry.workerGone(worker.id);
    if (!wanted) log.notice('worker-replaced', { worker: worker.id, cause, tunnels });
  }

  /** A new worker knows the sessions that the others have verified before it came. */
  #recall(worker: Worker): void {
    const all = this.#sessions.all();
    for (let at = 0; at < all.length; at += SESSIONS_A_MESSAGE) {
      this.#supervisor.send(worker, { kind: 'remember', sessions: all.slice(at, at + SESSIONS_A_MESSAGE) });
    }
  }
}

/** How many workers a configuration asks for. */
export function workerCount({ workers }: Pick<Config, 'workers'>): number {
  return workers === 'auto' ? availableParallelism() : workers;
}
