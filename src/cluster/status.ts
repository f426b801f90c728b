import type { Authority } from '../address/authority.ts';
import { formatAuthority } from '../address/authority.ts';
import type { DestinationCheck, Readiness } from '../admin/gateway.ts';
import type { Status } from '../admin/status.ts';
import type { HostRule } from '../config/presets.ts';
import { groupByOrigin } from '../config/presets.ts';
import type { Config } from '../config/schema.ts';
import type { LanguageTag } from '../languages/tags.ts';
import { judgeDestination } from '../policy/destination.ts';
import type { Rules } from '../policy/rules.ts';
import { compileRules } from '../policy/rules.ts';
import { remedyFor, verdictText } from '../policy/verdict-text.ts';
import type { KnownElsewhere, Telemetry } from './telemetry.ts';

/** What the primary knows of itself and its workers, and tells through the admin API. */

export interface StatusOptions {
  readonly config: Config;
  readonly hostRules: readonly HostRule[];
  readonly version: string;
  readonly engine: string;
  readonly workers: number;
}

/** What others know, asked each time the status is told. */
export interface AskedWhenTold {
  /** Lines that the log could not write in time. */
  readonly droppedByLog: () => number;
  /** When the hosts of an origin were last read, in ms since the epoch; null: never. */
  readonly readAtMs: (origin: string) => number | null;
}

/** What of a cluster worker counts here. */
export interface WorkerIdentity {
  readonly id: number;
  readonly process: { readonly pid?: number | undefined };
}

interface WorkerEntry {
  readonly id: number;
  readonly pid: number;
  readonly startedAt: string;
  ready: boolean;
}

export class StatusBoard {
  /** What a reload replaces. */
  settings: StatusOptions;
  state: Status['state'] = 'starting';
  listen = '';
  /** When the next worker is tried in a crash loop, on the clock of `performance.now`. */
  nextWorkerMs = 0;
  /** Another process serves on the same sockets; this one only finishes what it has. */
  isSucceeded = false;
  readonly #workers = new Map<number, WorkerEntry>();
  readonly #startedAt = new Date().toISOString();
  readonly #startedMs = performance.now();

  readonly #telemetry: Telemetry;
  readonly #asked: AskedWhenTold;
  #compiled: { readonly from: StatusOptions; readonly rules: Rules } | null = null;
  #replaced = 0;

  constructor(settings: StatusOptions, telemetry: Telemetry, asked: AskedWhenTold) {
    this.settings = settings;
    this.#telemetry = telemetry;
    this.#asked = asked;
  }

  workerStarted(worker: WorkerIdentity): void {
    const { pid = 0 } = worker.process;
    this.#workers.set(worker.id, { id: worker.id, pid, startedAt: new Date().toISOString(), ready: false });
  }

  workerReady(worker: WorkerIdentity): void {
    const entry = this.#workers.get(worker.id);
    if (entry !== undefined) entry.ready = true;
  }

  /** @param wanted when it was told to leave */
  workerGone(worker: WorkerIdentity, wanted: boolean): void {
    this.#workers.delete(worker.id);
    if (!wanted) this.#replaced += 1;
  }

  /** Numbers of the workers that take connections. */
  get readyWorkers(): number[] {
    return [...this.#workers.values()].filter(({ ready }) => ready).map(({ id }) => id);
  }

  readiness(): Readiness {
    // Whoever still asks this process wants to know about the port.
    if (this.isSucceeded) return { ready: true };
    if (this.state === 'draining') return { ready: false, why: 'the gateway drains' };
    if (this.state === 'starting') return { ready: false, why: 'the gateway is starting' };
    if (this.readyWorkers.length === 0) return { ready: false, why: this.#whyNoWorker() };
    if (this.settings.hostRules.length === 0) return { ready: false, why: 'nothing is allowed yet' };
    return { ready: true };
  }

  #whyNoWorker(): string {
    const seconds = Math.ceil((this.nextWorkerMs - performance.now()) / 1000);
    return seconds > 0
      ? `workers end right after their start; the next one is tried in ${seconds} s`
      : 'no worker is ready';
  }

  status(): Status {
    const { config, hostRules, version, engine, workers } = this.settings;
    const sources = new Map<string, number>();
    for (const { origin } of hostRules) sources.set(origin, (sources.get(origin) ?? 0) + 1);
    return {
      version,
      pid: process.pid,
      state: this.state,
      ready: this.readiness().ready,
      startedAt: this.#startedAt,
      uptimeSeconds: Math.round(performance.now() - this.#startedMs) / 1000,
      listen: this.listen,
      engine,
      configuredWorkers: workers,
      workers: [...this.#workers.values()].map((worker) => ({ ...worker, ...this.#telemetry.signsOf(worker.id) })),
      allowed: {
        hosts: hostRules.length,
        ports: config.allowedPorts,
        sources: [...sources].map(([origin, hosts]) => ({ origin, hosts, ageSeconds: this.#ageSeconds(origin) })),
      },
      ...this.#telemetry.numbers(this.#known()),
    };
  }

  #ageSeconds(origin: string): number | null {
    const readAtMs = this.#asked.readAtMs(origin);
    return readAtMs === null ? null : Math.max(0, Math.round((Date.now() - readAtMs) / 1000));
  }

  /** The metrics of now in Prometheus' text format. */
  metrics(): Promise<string> {
    return this.#telemetry.metrics(this.#known());
  }

  /** What policy says of a destination now, whoever asks. */
  check(target: Authority, language: LanguageTag): DestinationCheck {
    const verdict = judgeDestination(this.#rules().destination, target);
    return {
      destination: formatAuthority(target),
      allowed: verdict.allow,
      rule: verdictText(verdict, language),
      remedy: remedyFor(verdict, target, language),
    };
  }

  #rules(): Rules {
    const { settings } = this;
    // Compiled when first asked, and again after a reload has replaced the settings.
    if (this.#compiled?.from !== settings) {
      const { config, hostRules } = settings;
      const rules = compileRules({ config, hostGroups: groupByOrigin(hostRules), ownAddresses: [] });
      this.#compiled = { from: settings, rules };
    }
    return this.#compiled.rules;
  }

  #known(): KnownElsewhere {
    const { version, engine, workers, hostRules } = this.settings;
    return {
      version,
      engine,
      startedAtSeconds: Date.parse(this.#startedAt) / 1000,
      ready: this.readiness().ready,
      allowedHosts: hostRules.length,
      workers: {
        configured: workers,
        ready: this.readyWorkers.length,
        replaced: this.#replaced,
      },
      droppedEvents: this.#asked.droppedByLog() + this.#telemetry.droppedByWorkers,
    };
  }
}
