import type { BenchOptions } from 'tinybench';
import { Bench } from 'tinybench';
import type { TimerEntry } from '../src/engine/timer-wheel.ts';
import { TimerWheel } from '../src/engine/timer-wheel.ts';
import { keep } from './support/keep.ts';

/** What does a deadline cost on the wheel, with many others waiting, and what would a timer of the runtime cost? */

export const operationsPerCall = 1_000;

class Deadline implements TimerEntry {
  dueMs = Infinity;
  nextEntry: TimerEntry | null = null;
  previousEntry: TimerEntry | null = null;
  slot = -1;
  expired(nowMs: number): void {
    keep(nowMs);
  }
}

export function createBench(options: BenchOptions): Bench {
  const bench = new Bench({ ...options, name: 'one deadline' });
  for (const waiting of [0, 100_000]) {
    const wheel = new TimerWheel(0);
    for (let index = 0; index < waiting; index += 1) wheel.schedule(new Deadline(), 1e9 + index);
    const others = waiting === 0 ? '' : `, ${waiting.toLocaleString('en')} others waiting`;
    addTasks(bench, wheel, others);
  }
  bench.add('setTimeout and clearTimeout, for comparison', () => {
    for (let index = 0; index < operationsPerCall; index += 1) clearTimeout(setTimeout(keep, 10_000));
  });
  return bench;
}

function addTasks(bench: Bench, wheel: TimerWheel, others: string): void {
  const deadlines = Array.from({ length: operationsPerCall }, () => new Deadline());
  bench.add(`set and cleared${others}`, () => {
    for (const each of deadlines) wheel.schedule(each, 10_000);
    for (const each of deadlines) wheel.cancel(each);
  });
  let nowMs = 0;
  bench.add(`set and expired${others}`, () => {
    for (const each of deadlines) wheel.schedule(each, nowMs + 60);
    nowMs += 200;
    wheel.advance(nowMs);
    if (deadlines[0]?.slot !== -1) throw new Error('a deadline did not expire');
  });
}
