import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LatencyHistogram } from '../../../perf/load/histogram.ts';

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = LatencyHistogram.empty();
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('latency histogram', () => {
  it('has the percentiles of the values, in microseconds, to three digits', () => {
    const { count, p50, p90, p99, max } = histogramOf(Array.from({ length: 1_000 }, (_, i) => i + 1)).summary();
    assert.equal(count, 1_000);
    for (const [got, wanted] of [
      [p50, 500_000],
      [p90, 900_000],
      [p99, 990_000],
      [max, 1_000_000],
    ] as const) {
      assert.ok(Math.abs(got - wanted) / wanted < 0.002, `${got}, not ${wanted}`);
    }
  });

  it('is the same when threads record, encode and are merged, as when one records everything', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 30 }), { minLength: 1, maxLength: 5 }),
        (threads) => {
          const parts = threads.map((values) => LatencyHistogram.decode(histogramOf(values).encode()));
          const merged = LatencyHistogram.merge(parts);
          // The highest value is only known to three digits once it has been encoded.
          const { max, ...rest } = merged.summary();
          const { max: highest, ...wanted } = histogramOf(threads.flat()).summary();
          assert.deepEqual(rest, wanted);
          assert.ok(Math.abs(max - highest) <= highest / 1_000);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keeps values of many minutes and below a microsecond', () => {
    const { max } = histogramOf([0.0001, -1, 3_600_000]).summary();
    assert.ok(Math.abs(max - 3.6e9) / 3.6e9 < 0.002);
  });

  it('draws a curve that rises, ends at the highest value and does not go beyond what its values can tell', () => {
    const curve = histogramOf(Array.from({ length: 100 }, (_, i) => i + 1)).curve();
    for (const [index, point] of curve.entries()) {
      const before = curve[index - 1];
      assert.ok(before === undefined || (point.percentile > before.percentile && point.us >= before.us));
    }
    assert.ok((curve.at(-1)?.percentile ?? 0) < 99.9);
    assert.ok(Math.abs((curve.at(-1)?.us ?? 0) - 100_000) < 200);
    assert.deepEqual(LatencyHistogram.empty().curve(), []);
  });
});
