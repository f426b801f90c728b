import { quantilesOf } from './buckets.ts';
import type { HistogramName } from './slots.ts';
import { HISTOGRAMS } from './slots.ts';
import type { Totals } from './totals.ts';

/**
 * Quantiles of the last minutes: buckets only grow, so what fell in a window is the difference between now and a copy
 * made at its beginning. Without a window a bad hour would be hidden by the good weeks before it.
 */

/** Copies kept, the first made at the beginning, and how often one is made: the window is 4.5 to 5 minutes. */
const COPIES = 10;
export const ROTATE_MS = 30_000;

/** Shown of every distribution. */
export const QUANTILES = [0.5, 0.9, 0.99, 0.999] as const;

const NAMES = Object.keys(HISTOGRAMS) as HistogramName[];

export class QuantileWindow {
  readonly #totals: Totals;
  readonly #copies: Record<HistogramName, Float64Array>[] = [];

  constructor(totals: Totals) {
    this.#totals = totals;
    // The window begins with the gateway, not with the first turn: what came before that belongs to it.
    const nothing = NAMES.map((name) => [name, new Float64Array(totals.histogram(name).counts.length)]);
    this.#copies.push(Object.fromEntries(nothing) as Record<HistogramName, Float64Array>);
  }

  /** Called every `ROTATE_MS`. */
  rotate(): void {
    const copy = Object.fromEntries(NAMES.map((name) => [name, this.#totals.histogram(name).counts]));
    this.#copies.push(copy as Record<HistogramName, Float64Array>);
    if (this.#copies.length > COPIES) this.#copies.shift();
  }

  /** Seconds at each of `QUANTILES`; NaN when nothing fell in the window. */
  quantiles(name: HistogramName): number[] {
    const { counts } = this.#totals.histogram(name);
    const before = this.#copies[0]?.[name];
    if (before !== undefined) {
      for (let bucket = 0; bucket < counts.length; bucket += 1) {
        counts[bucket] = (counts[bucket] ?? 0) - (before[bucket] ?? 0);
      }
    }
    return quantilesOf(counts, QUANTILES).map((value) => value / HISTOGRAMS[name].perSecond);
  }
}
