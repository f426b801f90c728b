import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { packageFile } from '../../src/config/package-file.ts';
import { runProgram } from '../support/programs.ts';
import { fuzz } from './fuzzer.ts';
import type { Target } from './targets.ts';
import { TARGETS } from './targets.ts';

const RUN = packageFile('dist/test/fuzz/run.js');

describe('the fuzzer', () => {
  it('finds nothing in a second of a known seed', () => {
    const { runs, findings } = fuzz({ targets: TARGETS, seed: 1, seconds: 1 });
    assert.deepEqual(findings, []);
    assert.ok(runs >= 10 * TARGETS.length, `${runs} runs`);
  });

  it('finds what breaks, and finds it again by seed and number', () => {
    const fragile: Target = {
      name: 'fragile',
      invariant: 'No number is below 10.',
      run: (random) => {
        const number = random.below(1_000);
        if (number < 10) throw new Error(`it was ${number}`);
      },
    };
    const { findings } = fuzz({ targets: [fragile], seed: 7, seconds: 1 });
    const [first] = findings;
    assert.ok(first !== undefined && findings.length === 20);
    const again = fuzz({ targets: [fragile], seed: 7, seconds: 1, only: first.number });
    assert.deepEqual([again.runs, again.findings[0]?.message.split('\n')[0]], [1, first.message.split('\n')[0]]);
  });

  it('says with its exit code and its last line what came of it', async () => {
    const good = await runProgram(process.execPath, [RUN, '--seconds', '0.2', '--seed', '3']);
    assert.equal(good.code, 0, good.stdout);
    assert.match(good.stdout, /^seed 3, 0\.2 s$/m);
    assert.match(good.stdout, /\n\d+ runs, 0 findings\n$/);
    assert.equal((await runProgram(process.execPath, [RUN, '--seconds', 'soon'])).code, 2);
  });
});
