import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { describe, it } from 'node:test';
import { packageFile } from '../../src/config/package-file.ts';

describe('packageFile', () => {
  it('finds files of the package whatever directory the program runs in', () => {
    const before = process.cwd();
    process.chdir('/');
    try {
      assert.ok(isAbsolute(packageFile('package.json')));
      assert.ok(existsSync(packageFile('config/gateway.json')));
    } finally {
      process.chdir(before);
    }
  });
});
