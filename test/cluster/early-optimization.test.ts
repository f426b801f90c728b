import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { earlyOptimization } from '../../src/cluster/early-optimization.ts';

describe('early optimization', () => {
  it('sets what this V8 knows', () => {
    const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
    for (const option of earlyOptimization(process.versions.v8)) {
      assert.ok(known.includes(`  ${option.split('=')[0] ?? ''} (`), option);
    }
  });

  it('leaves a V8 alone that counts something else', () => {
    assert.deepEqual(earlyOptimization('11.3.244.8-node.38'), []);
    assert.equal(earlyOptimization('14.6.202.34-node.34').length, 3);
  });
});
