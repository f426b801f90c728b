import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { benchmarkFiles } from '../../../perf/report/benchmarks-page.ts';
import { readRecorded, writtenFiles } from '../../../perf/report/recorded.ts';
import { packageFile } from '../../../src/config/package-file.ts';
import { xmlProblem } from '../../support/xml.ts';

describe('docs/benchmarks.md', () => {
  const files = benchmarkFiles(readRecorded());

  it('and its charts are what the recorded comparison generates (npm run benchmarks)', () => {
    assert.deepEqual([...writtenFiles().keys()].sort(), [...files.keys()].sort());
    for (const [path, text] of writtenFiles()) assert.equal(text, files.get(path), path);
  });

  it('shows every chart, and every chart is well-formed XML', () => {
    const page = files.get('benchmarks.md') ?? '';
    const charts = [...files.keys()].filter((path) => path.endsWith('.svg'));
    assert.ok(charts.length >= 2);
    for (const path of charts) {
      assert.ok(page.includes(`](${path})`), path);
      assert.equal(xmlProblem((files.get(path) ?? '').replace(/<style>[^<]*<\/style>/, '')), null, path);
    }
  });

  it('is of the gateway and of at least one other proxy, and no run of ours failed', () => {
    const { peers, runs } = readRecorded();
    const ours = peers.filter(({ isOurs }) => isOurs).map(({ key }) => key);
    assert.ok(ours.length > 0 && peers.length > ours.length);
    for (const run of runs) if (ours.includes(run.peer)) assert.equal(run.failures, 0, JSON.stringify(run));
  });

  it('names no path of the machine it was recorded on', () => {
    const recorded = readFileSync(packageFile('perf/results/comparison.json'), 'utf8');
    assert.doesNotMatch(recorded, /\/(tmp|home|root|work)\//);
  });
});
