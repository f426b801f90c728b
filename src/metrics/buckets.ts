/**
 * Log-linear buckets, as HDR histograms have them: whole numbers below 32 have a bucket each, every doubling above is cut
 * into 32. A value is known to 3 %, recording it is an addition to one cell, and nothing is allocated.
 */

const SUB_BITS = 5;
const SUB = 1 << SUB_BITS;
/** Largest value that is told apart; what is above counts as this. */
export const LARGEST = 2 ** 31 - 1;
/** Buckets of one histogram. */
export const BUCKETS = (31 - SUB_BITS + 1) * SUB;

/** @param value rounded down to a whole number; negative counts as 0 */
export function bucketOf(value: number): number {
  const whole = value >= LARGEST ? LARGEST : value > 0 ? Math.floor(value) : 0;
  if (whole < SUB) return whole;
  const shift = 31 - Math.clz32(whole) - SUB_BITS;
  return (shift + 1) * SUB + ((whole >>> shift) & (SUB - 1));
}

/** The middle of a bucket: what its values are taken for. */
export function valueOf(bucket: number): number {
  if (bucket < SUB) return bucket;
  const shift = Math.floor(bucket / SUB) - 1;
  const width = 2 ** shift;
  return (SUB + (bucket % SUB)) * width + (width - 1) / 2;
}

/**
 * Values at quantiles of counted buckets; NaN for each when nothing is counted, as Prometheus wants it.
 * @param counts of each bucket
 * @param quantiles from 0 to 1, ascending
 */
export function quantilesOf(counts: ArrayLike<number>, quantiles: readonly number[]): number[] {
  let total = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) total += counts[bucket] ?? 0;
  if (total === 0) return quantiles.map(() => NaN);
  let bucket = 0;
  let below = counts[0] ?? 0;
  return quantiles.map((quantile) => {
    const rank = Math.max(1, Math.ceil(quantile * total));
    while (below < rank && bucket < BUCKETS - 1) below += counts[(bucket += 1)] ?? 0;
    return valueOf(bucket);
  });
}
