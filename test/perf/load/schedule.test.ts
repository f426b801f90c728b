import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Pace } from '../../../perf/load/schedule.ts';
import { Schedule, ownAgents } from '../../../perf/load/schedule.ts';

/** The first operations of one thread: agent within the thread, due time. */
function take(schedule: Schedule, count: number): [number, number][] {
  return Array.from({ length: count }, () => {
    const next: [number, number] = [schedule.agent, schedule.dueMs];
    schedule.advance();
    return next;
  });
}

describe('schedule of a paced run', () => {
  it('spreads the agents evenly over the period and repeats it', () => {
    const pace = { agents: 4, periodMs: 6_000, spreadMs: 6_000, offsetMs: 0 };
    assert.deepEqual(take(new Schedule(pace, 0, 1), 6), [
      [0, 0],
      [1, 1_500],
      [2, 3_000],
      [3, 4_500],
      [0, 6_000],
      [1, 7_500],
    ]);
  });

  it('begins at the offset, and a short spread makes a burst', () => {
    const pace = { agents: 2, periodMs: 1_000, spreadMs: 10, offsetMs: 300 };
    const due = take(new Schedule(pace, 0, 1), 4).map(([, dueMs]) => dueMs);
    assert.deepEqual(due, [300, 305, 1_300, 1_305]);
  });

  it('never waits for anything: the plan does not know how long operations take', () => {
    const pace = { agents: 1, periodMs: 10, spreadMs: 10, offsetMs: 0 };
    assert.equal(take(new Schedule(pace, 0, 1), 100_001).at(-1)?.[1], 1_000_000);
  });

  it('gives a thread without agents nothing to do', () => {
    const schedule = new Schedule({ agents: 1, periodMs: 10, spreadMs: 10, offsetMs: 0 }, 1, 2);
    assert.equal(schedule.dueMs, Infinity);
    schedule.advance();
    assert.equal(schedule.dueMs, Infinity);
  });

  it('is the same set of due times over any number of threads, in order within each', () => {
    const paces = fc.record({
      agents: fc.integer({ min: 1, max: 40 }),
      periodMs: fc.integer({ min: 100, max: 5_000 }),
      spreadMs: fc.integer({ min: 0, max: 100 }),
      offsetMs: fc.integer({ min: 0, max: 50 }),
    });
    fc.assert(
      fc.property(paces, fc.integer({ min: 1, max: 8 }), (pace: Pace, threads) => {
        const shares = Array.from({ length: threads }, (_, thread) => {
          const own = ownAgents(pace.agents, thread, threads);
          return take(new Schedule(pace, thread, threads), own * 3).map(([, dueMs]) => dueMs);
        });
        for (const share of shares)
          assert.deepEqual(
            share,
            [...share].sort((a, b) => a - b),
          );
        const one = take(new Schedule(pace, 0, 1), pace.agents * 3).map(([, dueMs]) => dueMs);
        assert.deepEqual(
          shares.flat().sort((a, b) => a - b),
          one.sort((a, b) => a - b),
        );
      }),
    );
  });
});
