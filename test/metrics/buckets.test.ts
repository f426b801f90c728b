import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BUCKETS, LARGEST, bucketOf, quantilesOf, valueOf } from '../../src/metrics/buckets.ts';

describe('buckets', () => {
  it('have a place for every number, each value known to 3 %', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: 0, max: LARGEST }), fc.integer({ min: 0, max: 5000 })), (value) => {
        const bucket = bucketOf(value);
        assert.ok(bucket >= 0 && bucket < BUCKETS);
        assert.ok(Math.abs(valueOf(bucket) - value) <= value * 0.032, `${value} became ${valueOf(bucket)}`);
      }),
    );
  });

  it('are in the order of their values, without a gap', () => {
    let last = 0;
    for (let value = 0; value < 70_000; value += 1) {
      const bucket = bucketOf(value);
      assert.ok(bucket === last || bucket === last + 1, `${value} jumps from ${last} to ${bucket}`);
      last = bucket;
    }
    assert.equal(bucketOf(LARGEST), BUCKETS - 1);
  });

  it('take whatever is no right number for the nearest one', () => {
    for (const value of [-1, -0.5, NaN, 0.9]) assert.equal(bucketOf(value), 0, String(value));
    for (const value of [LARGEST + 1, 1e300, Infinity]) assert.equal(bucketOf(value), BUCKETS - 1, String(value));
    assert.equal(bucketOf(31.9), 31);
  });

  it('give the quantiles that the values themselves have, to 3 %', () => {
    const values = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(values, (given) => {
        const counts = new Float64Array(BUCKETS);
        for (const value of given) counts[bucketOf(value)] = (counts[bucketOf(value)] ?? 0) + 1;
        const sorted = [...given].sort((a, b) => a - b);
        const quantiles = [0, 0.5, 0.9, 0.99, 0.999, 1];
        const found = quantilesOf(counts, quantiles);
        quantiles.forEach((quantile, index) => {
          const exact = sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? NaN;
          assert.ok(Math.abs((found[index] ?? NaN) - exact) <= exact * 0.032, `${quantile}: ${found[index]}, ${exact}`);
        });
      }),
    );
  });

  it('know no quantile of nothing', () => {
    assert.deepEqual(quantilesOf(new Float64Array(BUCKETS), [0.5, 0.99]), [NaN, NaN]);
  });
});
