import type { ReloadResult } from '../admin/gateway.ts';
import { changedKeys, reloadable } from '../config/changes.ts';
import type { Loaded } from '../config/load.ts';
import type { Problem } from '../config/problems.ts';
import { problemText } from '../config/problems.ts';
import type { Config } from '../config/schema.ts';
import type { Notice } from '../events/notices.ts';
import type { Fields } from '../events/reasons.ts';
import type { Restarted } from './upgrader.ts';

/**
 * Live reload: one at a time, all or nothing. What is announced is in effect in every worker; what is wrong changes
 * nothing and is told with everything that is wrong with it.
 */

export interface ReloadHost {
  running(): Config;
  /** Reads the configuration from where the running one came from. Never rejects. */
  load(): Promise<Loaded>;
  /** What of a configuration cannot be put into effect on this machine, e.g. a log file that cannot be opened. */
  prepare(config: Config): readonly Problem[];
  /** Puts a configuration into effect; resolves with the number of tunnels ended, once all workers judge by it. */
  apply(config: Config, enforce: boolean): Promise<number>;
  /**
   * Has another process go on in this one's place, for keys that only a new process takes up.
   * @returns null when that cannot be here, and nothing has happened
   */
  succeed(keys: readonly string[]): Promise<Restarted | null>;
  /** Replaces the workers one by one; false when a new one did not come up and the rest stayed. */
  replaceWorkers(): Promise<boolean>;
  notice(notice: Notice, fields: Fields): void;
}

export class Reloader {
  readonly #host: ReloadHost;
  #last: Promise<unknown> = Promise.resolve();
  /** A reload that waits behind the running one: it will see what whoever asks now has written. */
  #waiting: { readonly enforce: boolean; readonly result: Promise<ReloadResult> } | null = null;

  constructor(host: ReloadHost) {
    this.#host = host;
  }

  /** Reads the configuration again and puts it into effect. @param enforce end tunnels that it refuses */
  reload(enforce: boolean): Promise<ReloadResult> {
    if (this.#waiting?.enforce === enforce) return this.#waiting.result;
    const result = this.#queue(() => {
      if (this.#waiting?.result === result) this.#waiting = null;
      return this.#reload(enforce);
    });
    this.#waiting = { enforce, result };
    return result;
  }

  /**
   * Reads the configuration again and puts it into effect, what a reload cannot change included: by new workers, one by one,
   * or where the gateway's own sockets or its engine change by another process. What only a new process takes up (a new
   * version of Node, a changed preset) is in effect as well.
   */
  restart(): Promise<ReloadResult> {
    return this.#queue(async () => {
      const result = await this.#reload(false, ['workers']);
      if (!result.ok) return result;
      const successor = result.needsRestart.length === 0 ? null : await this.#host.succeed(result.needsRestart);
      if (successor?.ok === false) {
        const why = `stays as it was, because the process that was to take over did not come up: ${successor.why}`;
        return this.#failed(successor.taken.join(', '), why);
      }
      if (successor !== null) {
        const changed = [...result.changed, ...successor.taken];
        const needsRestart = result.needsRestart.filter((key) => !changed.includes(key));
        return { ...result, changed, needsRestart, successor: successor.pid };
      }
      if (await this.#host.replaceWorkers()) {
        this.#host.notice('workers-replaced', {});
        return result;
      }
      return this.#failed('workers', 'a new worker did not come up; those not replaced yet go on');
    });
  }

  /** Rolls the running configuration out once more, because a list it refers to has changed; then tells `done`. */
  refresh(done: () => void): Promise<void> {
    return this.#queue(async () => {
      await this.#host.apply(this.#host.running(), false);
      done();
    });
  }

  #failed(path: string, message: string): ReloadResult {
    const problem = { path, message };
    this.#host.notice('application-error', { detail: problemText(problem) });
    return { ok: false, problems: [problem] };
  }

  #queue<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** @param also keys in effect with the new value although a reload alone cannot change them */
  async #reload(enforce: boolean, also: readonly 'workers'[] = []): Promise<ReloadResult> {
    const loaded = await this.#host.load();
    const problems = loaded.ok ? this.#host.prepare(loaded.config) : loaded.problems;
    if (!loaded.ok || problems.length > 0) {
      this.#host.notice('reload-refused', { problems: problems.map(problemText) });
      return { ok: false, problems };
    }
    const running = this.#host.running();
    const next = reloadable(running, loaded.config, also);
    const changed = changedKeys(running, next);
    const waiting = changedKeys(next, loaded.config);
    const ended = await this.#host.apply(next, enforce);
    const fields = { changed, needsRestart: waiting, ...(enforce ? { ended } : {}) };
    this.#host.notice('configuration-reloaded', fields);
    return { ok: true, ...fields };
  }
}
