import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Watchdog } from '../../src/cluster/watchdog.ts';

describe('the watchdog', () => {
  const stage = () => {
    const hung: string[] = [];
    const watchdog = new Watchdog<string>(0, (worker, seconds) => hung.push(`${worker} ${seconds}`));
    let nowMs = 0;
    const looks = (count: number, everyMs = 1_000, heard: readonly string[] = []): void => {
      for (let look = 0; look < count; look += 1) {
        for (const worker of heard) watchdog.heard(worker);
        nowMs += everyMs;
        watchdog.look(nowMs);
      }
    };
    watchdog.watch('a');
    watchdog.watch('b');
    return { hung, watchdog, looks };
  };

  it('tells once of a worker that is silent for five seconds, and of no other', () => {
    const { hung, looks } = stage();
    looks(3, 1_000, ['a', 'b']);
    looks(4, 1_000, ['b']);
    assert.deepEqual(hung, []);
    looks(20, 1_000, ['b']);
    assert.deepEqual(hung, ['a 5']);
  });

  it('gives a worker time to start', () => {
    const { hung, looks } = stage();
    looks(59);
    assert.deepEqual(hung, []);
    looks(2);
    assert.deepEqual(hung, ['a 60', 'b 60']);
  });

  it('blames nobody for a time in which it did not run itself', () => {
    const { hung, looks } = stage();
    looks(1, 1_000, ['a', 'b']);
    looks(4);
    // The machine slept, or the whole gateway was stopped.
    looks(1, 3_600_000);
    assert.deepEqual(hung, []);
    looks(4);
    assert.deepEqual(hung, []);
    // Nor does a primary that hardly gets a processor.
    looks(20, 2_500);
    assert.deepEqual(hung, []);
  });

  it('forgets a worker that is gone', () => {
    const { hung, watchdog, looks } = stage();
    looks(1, 1_000, ['a', 'b']);
    watchdog.gone('a');
    watchdog.heard('a');
    looks(10, 1_000, ['b']);
    assert.deepEqual(hung, []);
  });
});
