import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Peak } from '../../src/metrics/peak.ts';

describe('peak', () => {
  it('keeps the largest value for at least 15 and at most 30 seconds', () => {
    for (const atMs of [0, 7_000, 14_999]) {
      const peak = new Peak();
      peak.add(5, atMs);
      peak.add(3, atMs);
      assert.equal(peak.value(atMs + 14_999), 5);
      assert.equal(peak.value(atMs + 30_001), 0);
    }
  });

  it('lets a larger value take the place of a smaller one at once', () => {
    const peak = new Peak();
    peak.add(1, 100);
    peak.add(2, 200);
    assert.equal(peak.value(201), 2);
  });
});
