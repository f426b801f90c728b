import type { CounterValues } from './counters.ts';
import type { TimelinePoint } from './result.ts';

/** Turns counters that only grow into what happened between one look and the next. */
export class Timeline {
  readonly points: TimelinePoint[] = [];
  #lastMs: number;
  #last: CounterValues;

  constructor(nowMs: number, counters: CounterValues) {
    this.#lastMs = nowMs;
    this.#last = counters;
  }

  /** @param second the place of this look on the time axis */
  add(nowMs: number, second: number, counters: CounterValues): void {
    const seconds = (nowMs - this.#lastMs) / 1_000;
    if (seconds <= 0) return;
    const grown = difference(this.#last, counters);
    this.points.push({
      second,
      donePerSecond: grown.done / seconds,
      bytesPerSecond: (grown.bytesUp + grown.bytesDown) / seconds,
      open: counters.open,
      failures: grown.failures,
    });
    this.#lastMs = nowMs;
    this.#last = counters;
  }
}

/** What was counted between two looks; `open` is not counted but a state, and stays that of the second. */
export function difference(before: CounterValues, after: CounterValues): CounterValues {
  return {
    done: after.done - before.done,
    tunnels: after.tunnels - before.tunnels,
    open: after.open,
    failures: after.failures - before.failures,
    bytesUp: after.bytesUp - before.bytesUp,
    bytesDown: after.bytesDown - before.bytesDown,
    late: after.late - before.late,
  };
}
