import type { ReloadResult } from '../admin/gateway.ts';
import { changedKeys, reloadable } from '../config/changes.ts';
import type { Loaded } from '../config/load.ts';
import type { Problem } from '../config/problems.ts';
import { problemText } from '../config/problems.ts';
import type { Config } from '../config/schema.ts';
import type { Notice } from '../events/notices.ts';
import type { Fields } from '../events/reasons.ts';

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
   * Reads the configuration again, puts it into effect, the number of workers included, and replaces the workers one by
   * one: what only a new process takes up (a changed preset, a new version of Node) is in effect as well.
   */
  restart(): Promise<ReloadResult> {
    return this.#queue(async () => {
      const result = await this.#reload(false, ['workers']);
      if (!result.ok) return result;
      if (await this.#host.replaceWorkers()) {
        this.#host.notice('workers-replaced', {});
        return result;
      }
      const problem = { path: 'workers', message: 'a new worker did not come up; those not replaced yet go on' };
      this.#host.notice('application-error', { detail: problem.message });
      return { ok: false, problems: [problem] };
    });
  }

  /** Rolls the running configuration out once more, because a list it refers to has changed; then tells `done`. */
  refresh(done: () => void): Promise<void> {
    return this.#queue(async () => {
      await this.#host.apply(this.#host.running(), false);
      done();
    });
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
