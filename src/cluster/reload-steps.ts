import type { Loaded } from '../config/load.ts';
import type { Problem } from '../config/problems.ts';
import type { Sources } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Notice } from '../events/notices.ts';
import type { Fields } from '../events/reasons.ts';
import type { Crew } from './crew.ts';
import { workerCount } from './crew.ts';
import type { EventLog } from './event-log.ts';
import { LogFileProblem } from './gateway-log.ts';
import type { InEffect } from './in-effect.ts';
import { loadAside } from './load-aside.ts';
import type { EngineName } from './messages.ts';
import type { ReloadHost } from './reloader.ts';
import type { StatusBoard } from './status.ts';

/** What of the gateway a reload changes. */
export interface ReloadedParts {
  readonly sources: Sources;
  readonly engine: EngineName;
  readonly inEffect: InEffect;
  readonly board: StatusBoard;
  readonly crew: Crew;
  readonly log: EventLog;
  /** See `ReloadHost.succeed`. */
  readonly succeed: ReloadHost['succeed'];
}

/** The steps of a reload in the primary: when each is due is up to the `Reloader`. */
export class ReloadSteps implements ReloadHost {
  readonly #parts: ReloadedParts;

  constructor(parts: ReloadedParts) {
    this.#parts = parts;
  }

  running(): Config {
    return this.#parts.inEffect.config;
  }

  load(): Promise<Loaded> {
    return loadAside(this.#parts.sources);
  }

  /** The log files are opened here: whether they can be is not to be known without. */
  prepare(next: Config): Problem[] {
    const { inEffect, engine, log } = this.#parts;
    const problems = inEffect.problems(next, engine);
    if (problems.length > 0) return problems;
    try {
      log.reopen(next.log);
      return [];
    } catch (error) {
      if (!(error instanceof LogFileProblem)) throw error;
      return [{ path: error.key, message: error.message }];
    }
  }

  apply(next: Config, enforce: boolean): Promise<number> {
    const { inEffect, board, crew } = this.#parts;
    inEffect.take(next);
    const hostRules = inEffect.hostRules();
    board.settings = { ...board.settings, config: next, hostRules };
    return crew.reconfigure(next, hostRules, enforce);
  }

  succeed(keys: readonly string[]): ReturnType<ReloadHost['succeed']> {
    return this.#parts.succeed(keys);
  }

  replaceWorkers(): Promise<boolean> {
    const { inEffect, board, crew } = this.#parts;
    const workers = workerCount(inEffect.config);
    board.settings = { ...board.settings, workers };
    return crew.replaceAll(workers, inEffect.config.timeouts.drain * 1000);
  }

  notice(notice: Notice, fields: Fields): void {
    this.#parts.log.notice(notice, fields);
  }
}
