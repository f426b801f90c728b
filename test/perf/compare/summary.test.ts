import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { figureTable } from '../../../perf/compare/figures.ts';
import { MEASURES } from '../../../perf/compare/measures.ts';
import type { Comparison, PeerFacts, Run } from '../../../perf/compare/result.ts';
import { baseOf, disturbedRuns, median, summarize } from '../../../perf/compare/summary.ts';

function peer(key: string, isOurs: boolean): PeerFacts {
  const facts = { version: '1', isDirect: false, remark: '', refusesOtherDestination: true, refusesOtherName: isOurs };
  return { key, label: `The ${key}`, isOurs, ...facts };
}

function run(name: string, round: number, rate: number, cost: number | null, more: Partial<Run> = {}): Run {
  const rest = { bytesPerSecond: 0, p50Us: 100, p99Us: 900, busy: 0.9, loadBusy: 0.5, others: 0, failures: 0 };
  return { peer: name, measure: 'connect', round, rate, cost, ...rest, ...more };
}

const comparison: Comparison = {
  version: 1,
  date: '2026-01-02T00:00:00Z',
  machine: { node: 'v26', os: 'Linux', cpu: 'x', cpus: 2, memoryGb: 4 },
  settings: { rounds: 3, seconds: 2, warmupSeconds: 1, idleTunnels: 10, proxyCpu: 0, loadCpu: 1, host: 'localhost' },
  peers: [peer('squid', false), peer('gateway-linux', true)],
  missing: [],
  notes: [],
  runs: [
    // A machine that is three times slower in the second round: the ratio is the same in each.
    run('gateway-linux', 1, 300, 50),
    run('squid', 1, 150, 100),
    run('gateway-linux', 2, 100, 150, { others: 0.5 }),
    run('squid', 2, 50, 300, { failures: 2 }),
    run('gateway-linux', 3, 300, 50),
    run('squid', 3, 150, null, { failures: 1 }),
  ],
};

describe('summary of a comparison', () => {
  it('refers to the first gateway, wherever it stands', () => {
    assert.equal(baseOf(comparison), 'gateway-linux');
  });

  it('has medians over the rounds and ratios within each round', () => {
    const [squid, ours] = summarize(comparison, 'connect', 'gateway-linux');
    assert.deepEqual([squid?.rate, squid?.cost, squid?.rateRatio, squid?.costRatio], [150, 200, 0.5, 2]);
    assert.deepEqual([ours?.rate, ours?.cost, ours?.rateRatio, ours?.costRatio], [300, 50, 1, 1]);
    assert.deepEqual([squid?.failures, squid?.spread], [3, 0.5]);
  });

  it('leaves out what was not measured, and has no ratio without a base', () => {
    assert.deepEqual(summarize(comparison, 'echo', 'gateway-linux'), []);
    assert.equal(summarize(comparison, 'connect', 'nobody')[0]?.costRatio, null);
  });

  it('knows runs that other programs disturbed', () => {
    assert.equal(disturbedRuns(comparison), 1);
  });

  it('is a table with a column for each head', () => {
    for (const measure of MEASURES) {
      const { head, rows } = figureTable(
        { ...comparison, runs: comparison.runs.map((each) => ({ ...each, measure: measure.key })) },
        measure,
      );
      for (const row of rows) assert.equal(row.length, head.length, measure.key);
      assert.equal(rows.length, 2);
    }
  });
});

describe('median', () => {
  it('is the middle one, or between the two in the middle', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([9, 1, 5, 7]), 6);
    assert.ok(Number.isNaN(median([])));
  });
});
