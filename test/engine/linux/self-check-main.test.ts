import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { packageFile } from '../../../src/config/package-file.ts';
import { buildForbid } from '../../support/forbid.ts';
import { requireProgram } from '../../support/programs.ts';

const MAIN = packageFile('dist/src/engine/linux/self-check-main.js');

describe('the self-check as a process', () => {
  it('ends with 0 and says nothing where the engine works', () => {
    const { status, stdout } = spawnSync(process.execPath, [MAIN], { encoding: 'utf8' });
    assert.deepEqual([status, stdout], [0, '']);
  });

  it('ends with 1 and the reason where it does not', (context) => {
    const compiler = requireProgram('cc', context);
    if (compiler === null) return;
    const args = ['refuse', process.execPath, MAIN];
    const { status, stdout } = spawnSync(buildForbid(compiler), args, { encoding: 'utf8' });
    assert.deepEqual([status, stdout], [1, 'a connection on loopback failed: EPERM\n']);
  });
});
