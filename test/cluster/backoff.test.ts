import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Backoff } from '../../src/cluster/backoff.ts';

describe('the wait for a successor', () => {
  it('is none for a worker that has worked, and grows while workers die early', () => {
    const backoff = new Backoff();
    assert.equal(backoff.died(3_600_000, 0), 0);
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((second) => backoff.died(2_000, second * 1_000)),
      [0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000],
    );
    assert.equal(backoff.deaths, 8);
    assert.equal(backoff.died(20_000, 9_000), 0);
  });

  it('is a second for one that has not even begun', () => {
    assert.equal(new Backoff().died(500, 0), 1_000);
  });

  it('begins anew after a quiet minute', () => {
    const backoff = new Backoff();
    for (const second of [1, 2, 3]) backoff.died(2_000, second * 1_000);
    assert.equal(backoff.died(2_000, 64_000), 0);
    assert.equal(backoff.deaths, 1);
  });
});
