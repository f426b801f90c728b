import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseCompareOptions } from '../../../perf/compare/options.ts';
import type { Comparison } from '../../../perf/compare/result.ts';
import { packageFile } from '../../../src/config/package-file.ts';
import { requireProgram, runProgram } from '../../support/programs.ts';

const MAIN = packageFile('dist/perf/compare/main.js');

describe('options of npm run compare', () => {
  it('measure everything in three rounds by default, and little with --quick', () => {
    const full = parseCompareOptions([]);
    assert.ok(full.ok);
    assert.deepEqual([full.options.settings.rounds, full.options.settings.seconds], [3, 2]);
    assert.equal(full.options.measures.length, 6);
    const quick = parseCompareOptions(['--quick', '--measures', 'echo,idle', '--skip', 'squid']);
    assert.ok(quick.ok);
    assert.equal(quick.options.settings.rounds, 1);
    assert.deepEqual([quick.options.measures, quick.options.skip], [['echo', 'idle'], ['squid']]);
  });

  it('refuse one processor for both, and measures that there are not', () => {
    for (const args of [
      ['--cpu', '1'],
      ['--measures', 'echo,speed'],
      ['--measures', ''],
      ['--rounds', '0'],
    ]) {
      const parsed = parseCompareOptions(args);
      assert.ok(!parsed.ok && parsed.code === 2, args.join(' '));
    }
  });
});

describe('npm run compare', () => {
  it('measures the gateway beside another proxy in turns, and names what is missing with its package', async (context) => {
    if (availableParallelism() < 2) {
      context.skip('needs two processors');
      return;
    }
    if (requireProgram('taskset', context) === null || requireProgram('tinyproxy', context) === null) return;
    const directory = mkdtempSync(join(tmpdir(), 'oms-compare-test-'));
    try {
      const file = join(directory, 'comparison.json');
      const only = 'gateway-portable,gateway-linux,tinyproxy';
      const args = ['--quick', '--only', only, '--measures', 'echo,idle', '--json', file];
      const { code, stdout, stderr } = await runProgram(process.execPath, [MAIN, ...args], '', 120_000);
      assert.equal(code, 0, stderr);
      const comparison = JSON.parse(readFileSync(file, 'utf8')) as Comparison;
      const measured = comparison.runs.map(({ peer, measure }) => `${measure} ${peer}`);
      const keys = comparison.peers.map(({ key }) => key);
      assert.ok(keys.includes('gateway-portable') && keys.includes('tinyproxy'), stderr);
      assert.deepEqual(measured, [...keys.map((key) => `echo ${key}`), ...keys.map((key) => `idle ${key}`)]);
      for (const run of comparison.runs) {
        assert.equal(run.failures, 0, JSON.stringify(run));
        assert.ok(run.rate > 0 && run.cost !== null, JSON.stringify(run));
      }
      const gateway = comparison.peers.find(({ key }) => key === 'gateway-portable');
      assert.deepEqual([gateway?.refusesOtherDestination, gateway?.refusesOtherName], [true, true]);
      const tinyproxy = comparison.peers.find(({ key }) => key === 'tinyproxy');
      assert.deepEqual([tinyproxy?.refusesOtherDestination, tinyproxy?.refusesOtherName], [true, false]);
      assert.match(stdout, /Round trips of 512 bytes[^]*Idle tunnels/);
      for (const { label, broughtBy } of comparison.missing)
        assert.ok(stdout.includes(`Not compared: ${label}`) && broughtBy !== '');
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('lists what can be compared, with what brings it', async () => {
    const { code, stdout } = await runProgram(process.execPath, [MAIN, '--list']);
    assert.equal(code, 0);
    for (const word of [
      'squid',
      'haproxy',
      'tinyproxy-bin',
      'apache2-bin',
      'trafficserver',
      'proxy-chain',
      'gateway-linux',
    ]) {
      assert.ok(stdout.includes(word), word);
    }
  });
});
