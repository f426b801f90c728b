import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReloadHost } from '../../src/cluster/reloader.ts';
import type { Restarted } from '../../src/cluster/upgrader.ts';
import { Reloader } from '../../src/cluster/reloader.ts';
import type { Loaded } from '../../src/config/load.ts';
import { check } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';

/** A gateway that only remembers: what was loaded, applied and announced, in order. */
class Stage implements ReloadHost {
  readonly said: string[] = [];
  files: unknown[] = [];
  problem: string | null = null;
  comesUp = true;
  #running: Config;

  constructor(tree: unknown) {
    const loaded = check(tree);
    assert.ok(loaded.ok);
    this.#running = loaded.config;
  }
  /** How the other process comes up; null: there can be none. */
  successor: Restarted | null = null;
  running(): Config {
    return this.#running;
  }
  load(): Promise<Loaded> {
    this.said.push('load');
    return Promise.resolve(check(this.files.shift() ?? {}));
  }
  prepare(): { path: string; message: string }[] {
    return this.problem === null ? [] : [{ path: 'log.file', message: this.problem }];
  }
  async apply(config: Config, enforce: boolean): Promise<number> {
    this.said.push(`apply ${config.allowedHosts.join()}${enforce ? ' enforced' : ''}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    this.#running = config;
    this.said.push('in effect');
    return 0;
  }
  succeed(keys: readonly string[]): Promise<Restarted | null> {
    this.said.push(`succeed ${keys.join()}`);
    return Promise.resolve(this.successor);
  }
  replaceWorkers(): Promise<boolean> {
    this.said.push(`replace ${this.#running.workers}`);
    return Promise.resolve(this.comesUp);
  }
  notice(notice: string): void {
    this.said.push(notice);
  }
}

describe('a restart for keys that only a new process takes up', () => {
  const keys = { listen: { port: 9000 }, engine: 'portable' };

  it('is another process, which takes up what it can', async () => {
    const stage = new Stage({});
    stage.files = [keys];
    stage.successor = { ok: true, version: '1.0.0', pid: 7, taken: ['engine'] };
    const result = await new Reloader(stage).restart();
    assert.deepEqual(result, { ok: true, changed: ['engine'], needsRestart: ['listen.port'], successor: 7 });
    assert.deepEqual(stage.said.slice(-1), ['succeed listen.port,engine']);
  });

  it('leaves all as it was when that process does not come up', async () => {
    const stage = new Stage({});
    stage.files = [keys];
    stage.successor = { ok: false, why: 'it ended with exit code 1', taken: ['listen.port'] };
    const result = await new Reloader(stage).restart();
    assert.equal(result.ok, false);
    assert.match(result.ok ? '' : (result.problems[0]?.message ?? ''), /^stays as it was.*exit code 1/);
    assert.deepEqual(stage.said.slice(-1), ['application-error']);
  });

  it('is new workers where no other process can take over', async () => {
    const stage = new Stage({});
    stage.files = [keys];
    const result = await new Reloader(stage).restart();
    assert.deepEqual(result, { ok: true, changed: [], needsRestart: ['listen.port', 'engine'] });
    assert.deepEqual(stage.said.slice(-2), ['replace auto', 'workers-replaced']);
  });
});

describe('reloading', () => {
  it('announces what is in effect, one reload at a time; requests that wait are one', async () => {
    const stage = new Stage({});
    stage.files = [{ allowedHosts: ['a.test'] }, { allowedHosts: ['b.test'] }];
    const reloader = new Reloader(stage);
    const first = reloader.reload(false);
    await Promise.resolve();
    const results = await Promise.all([first, reloader.reload(true), reloader.reload(true)]);
    assert.deepEqual(results[0], { ok: true, changed: ['allowedHosts'], needsRestart: [] });
    assert.deepEqual(results[1], { ok: true, changed: ['allowedHosts'], needsRestart: [], ended: 0 });
    assert.equal(results[1], results[2]);
    const once = ['in effect', 'configuration-reloaded'];
    assert.deepEqual(stage.said, ['load', 'apply a.test', ...once, 'load', 'apply b.test enforced', ...once]);
  });

  it('applies nothing of a configuration that is wrong, or right but not possible here', async () => {
    const stage = new Stage({});
    stage.files = [{ workers: 0, cloud: 'x' }, {}];
    const reloader = new Reloader(stage);
    const wrong = await reloader.reload(false);
    assert.ok(!wrong.ok);
    assert.deepEqual(
      wrong.problems.map(({ path }) => path),
      ['workers', 'cloud'],
    );
    stage.problem = 'cannot be opened';
    assert.deepEqual(await reloader.reload(false), {
      ok: false,
      problems: [{ path: 'log.file', message: 'cannot be opened' }],
    });
    assert.deepEqual(stage.said, ['load', 'reload-refused', 'load', 'reload-refused']);
  });

  it('restarts with the new number of workers; what needs another process waits where there can be none', async () => {
    const stage = new Stage({ workers: 2 });
    const tree = { workers: 3, engine: 'portable', allowedHosts: ['a.test'] };
    stage.files = [tree, tree];
    const reloader = new Reloader(stage);
    const changed = ['workers', 'allowedHosts'];
    assert.deepEqual(await reloader.restart(), { ok: true, changed, needsRestart: ['engine'] });
    assert.deepEqual(stage.said.slice(-3), ['succeed engine', 'replace 3', 'workers-replaced']);
    stage.comesUp = false;
    const failed = await reloader.restart();
    assert.ok(!failed.ok);
    assert.match(failed.problems[0]?.message ?? '', /did not come up/);
  });

  it('takes turns with lists that change, which are told of once they are in effect', async () => {
    const stage = new Stage({ allowedHosts: ['a.test'] });
    stage.files = [{ allowedHosts: ['b.test'] }];
    const reloader = new Reloader(stage);
    const reload = reloader.reload(false);
    await reloader.refresh(() => stage.said.push('list told'));
    await reload;
    assert.deepEqual(stage.said.slice(-3), ['apply b.test', 'in effect', 'list told']);
  });
});
