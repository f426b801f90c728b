import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Bench } from 'tinybench';
import { benchRows, benchTable } from '../../bench/support/table.ts';

describe('benchmark table', () => {
  it('divides the time of a call by the operations in it', async () => {
    let clock = 0;
    const bench = new Bench({ time: 0, iterations: 10, warmup: false, now: () => clock, subtractTimerOverhead: false });
    bench.add('a call of 2 ms', () => {
      clock += 2;
    });
    await bench.run();
    const [row] = benchRows(bench, 1_000);
    assert.ok(row !== undefined);
    assert.equal(Math.round(row.meanNs), 2_000);
    assert.equal(Math.round(row.operationsPerSecond), 500_000);
    assert.match(benchTable([row]), /a call of 2 ms +2\.00 µs/);
  });

  it('fails with the error of a task that failed, and never shows a task that has not run', async () => {
    const bench = new Bench({ time: 0, iterations: 1, warmup: false });
    bench.add('broken', () => {
      throw new Error('on purpose');
    });
    assert.throws(() => benchRows(bench, 1), /has not run/);
    await bench.run();
    assert.throws(() => benchRows(bench, 1), /broken failed/);
  });

  it('compares every task with the first', () => {
    const row = { p50Ns: 1, p99Ns: 1, marginPercent: 1, operationsPerSecond: 1, samples: 1 };
    const table = benchTable([
      { task: 'first', meanNs: 100, ...row },
      { task: 'second', meanNs: 250, ...row },
    ]);
    assert.match(table, /first .* 1\.00 ×/);
    assert.match(table, /second .* 2\.50 ×/);
  });
});
