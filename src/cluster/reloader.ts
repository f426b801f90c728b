import type { ReloadResult } from '../admin/gateway.ts';
import { changedKeys, needsRestart, reloadable } from '../config/changes.ts';
import type { Loaded } from '../config/load.ts';
import type { Problem } from '../config/problems.ts';
import { problemText } from '../config/problems.ts';
import type { Config } from '../config/schema.ts';
import type { Notice } from '../events/messages.ts';
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

  async #reload(enforce: boolean): Promise<ReloadResult> {
    const loaded = await this.#host.load();
    const problems = loaded.ok ? this.#host.prepare(loaded.config) : loaded.problems;
    if (!loaded.ok || problems.length > 0) {
      this.#host.notice('reload-refused', { problems: problems.map(problemText) });
      return { ok: false, problems };
    }
    const differing = changedKeys(this.#host.running(), loaded.config);
    const waiting = differing.filter(needsRestart);
    const changed = differing.filter((key) => !needsRestart(key));
    const ended = await this.#host.apply(reloadable(this.#host.running(), loaded.config), enforce);
    const fields = { changed, needsRestart: waiting, ...(enforce ? { ended } : {}) };
    this.#host.notice('configuration-reloaded', { ...fields, summary: summary(changed, waiting) });
    return { ok: true, changed, needsRestart: waiting };
  }
}

function summary(changed: readonly string[], waiting: readonly string[]): string {
  const now = changed.length === 0 ? 'no key that is in effect has changed' : `${changed.join(', ')} changed`;
  return waiting.length === 0 ? now : `${now}; ${waiting.join(', ')} will change with a restart`;
}
