import assert from 'node:assert/strict';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { judgePackage } from '../../src/cluster/safe-package.ts';
import { copyPackage } from '../support/package-copy.ts';

describe('an upgrade', () => {
  it('goes to packages that nobody but root and this user can change', () => {
    const copy = copyPackage('99.0.4');
    const uid = process.getuid?.() ?? 0;
    const judged = judgePackage(copy.directory, uid);
    assert.deepEqual(judged, { ok: true, version: '99.0.4', main: copy.main });
    const folder = join(copy.directory, 'dist/src/cli');
    chmodSync(folder, 0o777);
    assert.match(JSON.stringify(judgePackage(copy.directory, uid)), /dist\/src\/cli can be changed by others/);
    // As /tmp is: others may add files, not rename those that are there.
    chmodSync(folder, 0o1777);
    assert.equal(judgePackage(copy.directory, uid).ok, true);
    // Whoever it belongs to is somebody else for another user.
    if (uid !== 0) assert.equal(judgePackage(copy.directory, uid + 1).ok, false);
    assert.match(JSON.stringify(judgePackage('/there/is/nothing', uid)), /is not a package oms-gateway \(ENOENT\)/);
    rmSync(copy.directory, { recursive: true, force: true });
  });
});
