import type { Histogram } from 'hdr-histogram-js';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';

/**
 * Latencies in HDR histograms of microseconds, three significant digits. They travel between threads and into files in
 * the compressed form that other HDR tools read too.
 */

export interface LatencySummary {
  readonly count: number;
  /** All in microseconds. */
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** One point of the percentile curve: `percentile` from 0 to 100. */
export interface PercentilePoint {
  readonly percentile: number;
  readonly us: number;
}

const US_PER_MS = 1_000;

export class LatencyHistogram {
  readonly #histogram: Histogram;

  private constructor(histogram: Histogram) {
    this.#histogram = histogram;
  }

  static empty(): LatencyHistogram {
    // Grows as far as it must; ten minutes are enough for any run at first.
    return new LatencyHistogram(build({ highestTrackableValue: 600e6, numberOfSignificantValueDigits: 3 }));
  }

  /** @param text what `encode` made */
  static decode(text: string): LatencyHistogram {
    return new LatencyHistogram(decodeFromCompressedBase64(text, 32));
  }

  /** The sum of many, e.g. one from each thread. */
  static merge(histograms: readonly LatencyHistogram[]): LatencyHistogram {
    const sum = LatencyHistogram.empty();
    for (const each of histograms) sum.#histogram.add(each.#histogram);
    return sum;
  }

  record(ms: number): void {
    this.#histogram.recordValue(Math.max(0, Math.round(ms * US_PER_MS)));
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }

  summary(): LatencySummary {
    const histogram = this.#histogram;
    const at = (percentile: number): number => histogram.getValueAtPercentile(percentile);
    if (histogram.totalCount === 0) return { count: 0, mean: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 };
    const { totalCount: count, mean, maxValue: max } = histogram;
    return { count, mean, p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max };
  }

  /** The percentile curve: finer towards 100, and no further than there are values to tell points apart. */
  curve(): PercentilePoint[] {
    const { totalCount } = this.#histogram;
    const points: PercentilePoint[] = [];
    if (totalCount === 0) return points;
    for (let step = 0; step <= STEPS_PER_NINE * NINES; step += 1) {
      const beyond = 10 ** (-step / STEPS_PER_NINE);
      const percentile = step === 0 ? 0 : 100 * (1 - beyond);
      points.push({ percentile, us: this.#histogram.getValueAtPercentile(percentile) });
      if (beyond * totalCount < 1) break;
    }
    return points;
  }
}

/** Points between 90 and 99, between 99 and 99.9, and so on. */
const STEPS_PER_NINE = 12;
const NINES = 5;
