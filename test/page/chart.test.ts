import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { niceTop, seriesOf } from '../../src/page/chart.ts';

const BOX = { width: 100, height: 10 };

describe('throughput chart', () => {
  it('draws values from left to right, the largest at the top, clipped there', () => {
    const { line, area } = seriesOf([0, 5, 10], [0, 10, 20], { from: 0, to: 10, top: 10 }, BOX);
    assert.equal(line, 'M0 10L50 0L100 0');
    assert.equal(area, 'M0 10L50 0L100 0L100 10L0 10Z');
  });

  it('leaves out what is older than its left edge, and draws nothing of nothing', () => {
    assert.equal(seriesOf([0, 5, 10], [1, 1, 1], { from: 5, to: 10, top: 1 }, BOX).line, 'M0 0L100 0');
    assert.deepEqual(seriesOf([], [], { from: 0, to: 10, top: 1 }, BOX), { line: '', area: '' });
  });

  it('ends at a round number just above the largest value', () => {
    for (const [largest, top] of [
      [0, 1000],
      [1, 1],
      [3, 5],
      [7_000_000, 10_000_000],
      [NaN, 1000],
    ] as const) {
      assert.equal(niceTop(largest), top, String(largest));
    }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 50 }), (largest) => {
        const top = niceTop(largest);
        assert.ok(top >= largest * 0.999999 && top <= largest * 2.51, `${largest}: ${top}`);
      }),
    );
  });
});
