import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { makeDirectory } from '../../src/files/make-directory.ts';

const place = mkdtempSync(join(tmpdir(), 'oms-gateway-directory-'));
after(() => {
  rmSync(place, { recursive: true });
});

describe('a directory', () => {
  it('is made with what is missing above it, and left alone when it is there', () => {
    const path = join(place, 'a', 'b', 'c');
    for (let time = 0; time < 2; time += 1) makeDirectory(path, 0o750);
    assert.ok(statSync(path).isDirectory());
    assert.equal(statSync(join(place, 'a')).mode & 0o777, 0o750);
  });

  it('that cannot be made is an error at once', () => {
    const file = join(place, 'file');
    writeFileSync(file, '');
    assert.throws(() => {
      makeDirectory(join(file, 'x'));
    }, /ENOTDIR/);
    assert.throws(() => {
      makeDirectory(file);
    }, /EEXIST/);
    // Where mkdir(2) answers ENOENT although everything above is there.
    assert.throws(() => {
      makeDirectory('/proc/no/such');
    }, /ENOENT/);
  });
});
