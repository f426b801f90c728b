import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { benchNames } from '../../bench/support/discover.ts';
import { packageFile } from '../../src/config/package-file.ts';
import { runProgram } from '../support/programs.ts';

const RUN = packageFile('dist/bench/run.js');

function bench(...args: string[]) {
  return runProgram(process.execPath, [RUN, ...args]);
}

describe('npm run bench', () => {
  it('finds every benchmark file, and those that fit a word', () => {
    const files = readdirSync(packageFile('bench')).filter((file) => file.endsWith('.bench.ts'));
    assert.ok(files.length >= 5);
    assert.deepEqual(benchNames([]), files.map((file) => file.replace('.bench.ts', '')).sort());
    assert.deepEqual(benchNames(['wheel']), ['timer-wheel']);
  });

  it('runs every benchmark and writes a result above zero for each task', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'oms-bench-'));
    try {
      const file = join(directory, 'bench.json');
      const { code, stderr } = await bench('--smoke', '--json', file);
      assert.equal(code, 0, stderr);
      const { results } = JSON.parse(readFileSync(file, 'utf8')) as { results: Record<string, { meanNs: number }[]> };
      assert.deepEqual(Object.keys(results), benchNames([]));
      for (const [name, rows] of Object.entries(results)) {
        assert.ok(rows.length > 0, name);
        for (const row of rows) assert.ok(row.meanNs > 0, name);
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('names the benchmarks there are when none fits, and exits with 2', async () => {
    const { code, stderr } = await bench('no-such-benchmark');
    assert.equal(code, 2);
    assert.match(stderr, /there are: .*timer-wheel/);
  });
});
