import type { ReloadResult } from '../admin/gateway.ts';
import type { Sources } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { EventFeed } from '../events/feed.ts';
import { messageOf } from '../events/messages.ts';
import type { AdminDoor } from './admin-door.ts';
import { adminDoor, adminGateway } from './administration.ts';
import { Crew, workerCount } from './crew.ts';
import type { EngineChoice } from './engine-choice.ts';
import type { EventLog } from './event-log.ts';
import { InEffect, changeFields } from './in-effect.ts';
import type { Listener } from './listener.ts';
import { explainListenError, listen, listenForWorkers } from './listener.ts';
import { ReloadSteps } from './reload-steps.ts';
import type { ReloadHost } from './reloader.ts';
import { Reloader } from './reloader.ts';
import type { ServiceManager } from './service-manager.ts';
import { serviceManager } from './service-manager.ts';
import { onReloadSignal, onReopenSignal, onStopSignal } from './signals.ts';
import { StatusBoard } from './status.ts';
import type { Sockets } from './successor.ts';
import { announceSuccession } from './successor.ts';
import { isManaged, isSuccessor } from './systemd.ts';
import type { Telemetry } from './telemetry.ts';
import { Upgrader } from './upgrader.ts';

export interface PrimaryParts {
  readonly config: Config;
  /** Where `config` came from; a reload reads them again. */
  readonly sources: Sources;
  readonly choice: Extract<EngineChoice, { ok: true }>;
  readonly version: string;
  readonly log: EventLog;
  readonly feed: EventFeed;
  readonly telemetry: Telemetry;
}

/**
 * The primary process: owns the listening socket, the workers and the event log. It moves no tunnel bytes and makes no
 * decision about a tunnel. Here is its life: it listens, starts its crew, serves, drains and ends.
 */
export class Primary {
  readonly #choice: PrimaryParts['choice'];
  readonly #log: EventLog;
  readonly #inEffect: InEffect;
  readonly #board: StatusBoard;
  readonly #crew: Crew;
  readonly #reloader: Reloader;
  readonly #upgrader: Upgrader;
  readonly #admin: AdminDoor | null;
  readonly #manager: ServiceManager = serviceManager(process.env, process.pid);
  #listener: Listener | null = null;
  /** Ends the accepting and lets tunnels finish; null while there is nothing to end yet. */
  #beginDraining: ((cause: string) => void) | null = null;

  constructor({ config, sources, choice, version, log, feed, telemetry }: PrimaryParts) {
    const { engine } = choice;
    this.#choice = choice;
    this.#log = log;
    const inEffect = this.#follow(config, sources);
    this.#inEffect = inEffect;
    const hostRules = inEffect.hostRules();
    const board = new StatusBoard({ config, hostRules, version, engine, workers: workerCount(config) }, telemetry, {
      droppedByLog: () => log.dropped,
      readAtMs: (origin) => inEffect.readAtMs(origin),
    });
    this.#board = board;
    const crew = new Crew({ engine, inEffect, board, telemetry, log });
    this.#crew = crew;
    const upgrader = this.#makeUpgrader();
    this.#upgrader = upgrader;
    const succeed: ReloadHost['succeed'] = (keys) => upgrader.restart(process.argv[1] ?? '', keys);
    this.#reloader = new Reloader(new ReloadSteps({ sources, engine, inEffect, board, crew, log, succeed }));
    const gateway = adminGateway(
      { board, telemetry, feed, crew },
      {
        reload: (enforce) => this.#reload(enforce),
        restart: () => this.#reloader.restart(),
        upgrade: (directory) => this.#upgrader.upgrade(directory),
        drain: () => {
          this.#beginDraining?.('on request of the admin API');
          const { drainNotice, drain } = inEffect.config.timeouts;
          return { seconds: drainNotice + drain };
        },
      },
    );
    this.#admin = adminDoor({ admin: config.admin, gateway, log, inEffect, file: sources.file });
  }

  /** Runs until the gateway is told to stop. Resolves with the exit code. */
  async run(): Promise<number> {
    const listener = await this.#listen();
    if (listener === null) return 1;
    this.#board.listen = listener.address;
    this.#listener = listener;
    const stopped = this.#untilStopped(listener);
    onReloadSignal(() => void this.#reload(false));
    onReopenSignal(() => {
      this.#log.reopenFiles();
    });
    const ready = this.#crew.start(this.#board.settings.workers, listener.workerFd);
    // Behind an inherited admin socket another gateway answers still: who asks shall not hear of one that starts.
    const isLate = isSuccessor(process.env, process);
    if (!isLate) await this.#admin?.open();
    const early = await Promise.race([ready, stopped]);
    if (early === undefined && isLate) await this.#admin?.open();
    if (early === undefined) this.#started(listener);
    const code = await stopped;
    this.#manager.close();
    await this.#admin?.close();
    return code;
  }

  /** The configuration, and what follows when something that it is made of changes. */
  #follow(config: Config, sources: Sources): InEffect {
    return new InEffect(config, sources, {
      fileChanged: () => void this.#reload(false),
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
  }

  #makeUpgrader(): Upgrader {
    return new Upgrader({
      sockets: () => this.#sockets(),
      notice: (notice, fields) => {
        this.#log.notice(notice, fields);
      },
      handOver: ({ version, pid }) => {
        this.#board.isSucceeded = true;
        this.#log.notice('upgraded', { version, successor: pid });
        this.#manager.handedOver(pid);
        this.#admin?.stop();
        this.#beginDraining?.(`after an upgrade to ${version}`);
      },
    });
  }

  /** What a successor is given; null when there is nothing to give, or nobody to give it any more. */
  #sockets(): Sockets | null {
    const listenFd = this.#listener?.fd ?? null;
    if (listenFd === null || this.#board.state !== 'running') return null;
    return { listenFd, adminFd: this.#admin?.fd ?? null, isManaged: isManaged(process.env, process) };
  }

  /** Reads the configuration again and puts it into effect, see `Reloader`. */
  async #reload(enforce: boolean): Promise<ReloadResult> {
    this.#manager.reloading();
    const result = await this.#reloader.reload(enforce);
    this.#manager.reloaded();
    return result;
  }

  /** Null when it cannot; that is told then. */
  async #listen(): Promise<Listener | null> {
    const { host, port } = this.#inEffect.config.listen;
    try {
      if (this.#choice.engine === 'linux') return listenForWorkers(host, port);
      return await listen(host, port, (socket) => {
        this.#crew.offer(socket);
      });
    } catch (error) {
      const place = explainListenError(error, host, port);
      this.#log.notice('cannot-listen', place);
      process.stderr.write(`oms-gateway: cannot listen on ${place.address}: ${place.detail}\n`);
      return null;
    }
  }

  /** From now on the gateway can be told to end. Resolves with the exit code when it has, whatever ended it. */
  #untilStopped(listener: Listener): Promise<number> {
    return new Promise((resolve) => {
      const stopAtOnce = (detail: string): void => {
        this.#log.notice('stopped', { detail });
        resolve(1);
      };
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
          this.#crew.kill();
          stopAtOnce('at once, by a second signal');
        },
      );
      // A mistake of ours: what is in memory is not to be trusted, and whoever supervises the process starts it anew.
      process.once('uncaughtException', (error: unknown) => {
        this.#crew.kill();
        const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.#log.notice('application-error', { detail });
        stopAtOnce('by an exception in the primary');
      });
    });
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
    await this.#crew.drain(seconds * 1000);
    this.#log.notice('stopped', { detail: `drained ${cause}` });
    return 0;
  }

  /** Not ready, as load balancers are told, and accepting still, because they need a while to ask. */
  async #giveNotice(seconds: number): Promise<void> {
    if (seconds === 0) return;
    this.#log.notice('drain-notice', { seconds });
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}
