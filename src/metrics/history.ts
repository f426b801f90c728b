import { REPORT_CELL } from './slots.ts';
import { REJECTIONS } from './kinds.ts';
import type { Totals } from './totals.ts';

/** The last hour in steps of a few seconds: what the chart of the status page shows at once, without a monitoring system. */

export interface HistoryPoint {
  /** Seconds since 1970, at the end of the step. */
  readonly at: number;
  readonly upPerSecond: number;
  readonly downPerSecond: number;
  readonly tunnelsOpen: number;
  readonly rejectionsPerSecond: number;
}

export const STEP_MS = 5_000;
const POINTS = 720;

export class History {
  readonly #totals: Totals;
  readonly #points: HistoryPoint[] = [];
  #before: { readonly atMs: number; readonly up: number; readonly down: number; readonly rejections: number };

  constructor(totals: Totals, nowMs: number) {
    this.#totals = totals;
    this.#before = this.#read(nowMs);
  }

  /** Called every `STEP_MS`. @param nowMs since 1970 */
  step(nowMs: number): void {
    const before = this.#before;
    const now = this.#read(nowMs);
    const seconds = (nowMs - before.atMs) / 1000;
    if (seconds <= 0) return;
    this.#before = now;
    this.#points.push({
      at: Math.round(nowMs / 1000),
      upPerSecond: Math.round((now.up - before.up) / seconds),
      downPerSecond: Math.round((now.down - before.down) / seconds),
      tunnelsOpen: this.#totals.openTunnels,
      rejectionsPerSecond: Math.round(((now.rejections - before.rejections) / seconds) * 100) / 100,
    });
    if (this.#points.length > POINTS) this.#points.shift();
  }

  /** Oldest first. */
  get points(): readonly HistoryPoint[] {
    return this.#points;
  }

  #read(atMs: number): { atMs: number; up: number; down: number; rejections: number } {
    return {
      atMs,
      up: this.#totals.counter('bytesUp'),
      down: this.#totals.counter('bytesDown'),
      rejections: REJECTIONS.reduce((sum, reason) => sum + this.#totals.cell(REPORT_CELL[reason]), 0),
    };
  }
}
