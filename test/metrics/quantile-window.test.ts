import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LoopMeter } from '../../src/metrics/meter.ts';
import { QuantileWindow } from '../../src/metrics/quantile-window.ts';
import { Totals } from '../../src/metrics/totals.ts';

describe('quantile window', () => {
  it('still shows the first half minute after its first turn', () => {
    const totals = new Totals();
    const window = new QuantileWindow(totals);
    const meter = new LoopMeter(() => undefined);
    meter.tunnelOpened(1);
    const report = meter.takeReport();
    assert.ok(report !== null);
    totals.apply(1, report);
    for (let turn = 1; turn < 10; turn += 1) {
      window.rotate();
      assert.ok(Math.abs((window.quantiles('dial')[0] ?? NaN) - 0.001) < 0.0001, `after turn ${turn}`);
    }
    window.rotate();
    assert.deepEqual(window.quantiles('dial'), [NaN, NaN, NaN, NaN]);
  });

  it('forgets what is older than its copies reach back', () => {
    const totals = new Totals();
    const window = new QuantileWindow(totals);
    const meter = new LoopMeter(() => undefined);
    const tell = (): void => {
      const report = meter.takeReport();
      if (report !== null) totals.apply(1, report);
    };
    for (let index = 0; index < 1000; index += 1) meter.tunnelOpened(1);
    tell();
    assert.ok(Math.abs((window.quantiles('dial')[0] ?? NaN) - 0.001) < 0.0001);
    for (let index = 0; index < 10; index += 1) window.rotate();
    for (let index = 0; index < 10; index += 1) meter.tunnelOpened(500);
    tell();
    assert.ok(Math.abs((window.quantiles('dial')[0] ?? NaN) - 0.5) < 0.02);
    for (let index = 0; index < 10; index += 1) window.rotate();
    assert.deepEqual(window.quantiles('dial'), [NaN, NaN, NaN, NaN]);
    assert.deepEqual(window.quantiles('duration'), [NaN, NaN, NaN, NaN]);
  });
});
