import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { History } from '../../src/metrics/history.ts';
import { LoopMeter } from '../../src/metrics/meter.ts';
import { Totals } from '../../src/metrics/totals.ts';

describe('history', () => {
  it('has rates of each step, and an hour of them', () => {
    const totals = new Totals();
    const history = new History(totals, 0);
    const meter = new LoopMeter(() => undefined);
    meter.moved(5_000, 1_000);
    meter.tunnelOpened(1);
    meter.reported(105, 'host-not-allowed');
    const report = meter.takeReport();
    assert.ok(report !== null);
    totals.apply(1, report);
    history.step(5_000);
    history.step(10_000);
    const point = { at: 5, upPerSecond: 1_000, downPerSecond: 200, tunnelsOpen: 1, rejectionsPerSecond: 0.2 };
    assert.deepEqual(history.points, [
      point,
      { at: 10, upPerSecond: 0, downPerSecond: 0, tunnelsOpen: 1, rejectionsPerSecond: 0 },
    ]);
    for (let step = 3; step < 2_000; step += 1) history.step(step * 5_000);
    assert.equal(history.points.length, 720);
    assert.equal(history.points.at(-1)?.at, 1_999 * 5);
  });

  it('makes no point of a clock that goes back', () => {
    const history = new History(new Totals(), 10_000);
    history.step(9_000);
    assert.deepEqual(history.points, []);
  });
});
