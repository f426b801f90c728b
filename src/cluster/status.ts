import type { Readiness } from '../admin/gateway.ts';
import type { Status } from '../admin/status.ts';
import type { HostRule } from '../config/presets.ts';
import type { Config } from '../config/schema.ts';

/** What the primary knows of itself and its workers, and tells through the admin API. */

export interface StatusOptions {
  readonly config: Config;
  readonly hostRules: readonly HostRule[];
  readonly version: string;
  readonly engine: string;
  readonly workers: number;
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
  readonly #workers = new Map<number, WorkerEntry>();
  readonly #startedAt = new Date().toISOString();
  readonly #startedMs = performance.now();

  constructor(settings: StatusOptions) {
    this.settings = settings;
  }

  workerStarted(worker: WorkerIdentity): void {
    const { pid = 0 } = worker.process;
    this.#workers.set(worker.id, { id: worker.id, pid, startedAt: new Date().toISOString(), ready: false });
  }

  workerReady(worker: WorkerIdentity): void {
    const entry = this.#workers.get(worker.id);
    if (entry !== undefined) entry.ready = true;
  }

  workerGone(worker: WorkerIdentity): void {
    this.#workers.delete(worker.id);
  }

  readiness(): Readiness {
    if (this.state === 'draining') return { ready: false, why: 'the gateway drains' };
    if (this.state === 'starting') return { ready: false, why: 'the gateway is starting' };
    if (![...this.#workers.values()].some(({ ready }) => ready)) return { ready: false, why: 'no worker is ready' };
    if (this.settings.hostRules.length === 0) return { ready: false, why: 'nothing is allowed yet' };
    return { ready: true };
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
      workers: [...this.#workers.values()],
      allowed: {
        hosts: hostRules.length,
        ports: config.allowedPorts,
        sources: [...sources].map(([origin, hosts]) => ({ origin, hosts })),
      },
    };
  }
}
