import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { TimerEntry } from '../../src/engine/timer-wheel.ts';
import { TimerWheel } from '../../src/engine/timer-wheel.ts';

class Entry implements TimerEntry {
  dueMs = Infinity;
  nextEntry: TimerEntry | null = null;
  previousEntry: TimerEntry | null = null;
  slot = -1;
  readonly expiredAt: number[] = [];
  onExpired: (nowMs: number) => void = () => undefined;

  expired(nowMs: number): void {
    this.expiredAt.push(nowMs);
    this.onExpired(nowMs);
  }
}

describe('the timer wheel', () => {
  it('expires nothing early and everything within a tick, whatever the deadlines and steps', () => {
    const deadlines = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(deadlines, fc.integer({ min: 1, max: 400 }), (dueMs, stepMs) => {
        const wheel = new TimerWheel(0, 50, 16);
        const entries = dueMs.map((due) => {
          const entry = new Entry();
          wheel.schedule(entry, due);
          return { entry, due };
        });
        for (let nowMs = 0; nowMs <= 6_000; nowMs += stepMs) wheel.advance(nowMs);
        wheel.advance(6_500);
        for (const { entry, due } of entries) {
          assert.equal(entry.expiredAt.length, 1);
          const at = entry.expiredAt[0] ?? -1;
          assert.ok(at >= due && at <= due + 50 + Math.max(50, stepMs), `due ${due}, expired ${at}`);
        }
        assert.equal(wheel.size, 0);
      }),
    );
  });

  it('lets entries be moved, cancelled and set again while others expire', () => {
    const wheel = new TimerWheel(0);
    const [first, second, again] = [new Entry(), new Entry(), new Entry()];
    first.onExpired = () => {
      wheel.cancel(second);
    };
    again.onExpired = (nowMs) => {
      if (again.expiredAt.length < 3) wheel.schedule(again, nowMs);
    };
    // Later ones stand in front in a slot, so `second` is visited before `first` would cancel it unless collected.
    for (const entry of [second, first, again]) wheel.schedule(entry, 100);
    wheel.cancel(second);
    wheel.schedule(second, 120);
    for (let nowMs = 0; nowMs <= 1_000; nowMs += 50) wheel.advance(nowMs);
    assert.deepEqual([first.expiredAt.length, second.expiredAt.length, again.expiredAt.length], [1, 0, 3]);
    assert.equal(wheel.size, 0);
  });
});
