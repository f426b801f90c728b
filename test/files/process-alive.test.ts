import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { isAlive } from '../../src/files/process-alive.ts';

describe('a process', () => {
  it('is alive until it has ended', () => {
    assert.ok(isAlive(process.pid));
    assert.ok(isAlive(1));
    assert.ok(!isAlive(spawnSync(process.execPath, ['-e', '0']).pid));
  });
});
