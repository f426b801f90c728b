import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { targetOf, writeAtomically } from '../../src/config/atomic-write.ts';

const mode = (file: string): number => statSync(file).mode & 0o777;

function directory(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'oms-gateway-write-')));
}

describe('writing a file at once', () => {
  it('replaces it: whoever has it open keeps reading the old one', () => {
    const file = join(directory(), 'a');
    writeFileSync(file, 'old');
    const before = statSync(file).ino;
    writeAtomically(file, 'néw', { secret: false });
    assert.equal(readFileSync(file, 'utf8'), 'néw');
    assert.notEqual(statSync(file).ino, before);
    assert.deepEqual(readdirSync(join(file, '..')), ['a'], 'no temporary file stays');
  });

  it('keeps the mode, takes it from others for a secret, and never widens it', () => {
    const file = join(directory(), 'a');
    writeFileSync(file, '');
    for (const [before, secret, after] of [
      [0o664, false, 0o664],
      [0o640, true, 0o600],
      [0o600, false, 0o600],
      [0o400, true, 0o400],
    ] as const) {
      chmodSync(file, before);
      writeAtomically(file, 'x', { secret });
      assert.equal(mode(file), after, before.toString(8));
    }
    const fresh = join(directory(), 'b');
    writeAtomically(fresh, 'x', { secret: true });
    assert.equal(mode(fresh), 0o600);
  });

  it('leaves the file and no trace when it cannot be written', () => {
    const folder = directory();
    assert.throws(
      () => {
        writeAtomically(join(folder, 'missing', 'a'), 'x', { secret: false });
      },
      { code: 'ENOENT' },
    );
    // A folder of that name cannot be replaced by a file.
    assert.throws(() => {
      writeAtomically(folder, 'x', { secret: false });
    });
    assert.deepEqual(readdirSync(folder), []);
    assert.ok(
      !readdirSync(join(folder, '..')).some((name) => name.endsWith('.tmp') && name.includes('oms-gateway-write')),
    );
  });

  it('follows symbolic links to the file itself', () => {
    const folder = directory();
    writeFileSync(join(folder, 'real'), '');
    symlinkSync('real', join(folder, 'link'));
    assert.equal(targetOf(join(folder, 'link')), join(folder, 'real'));
    assert.equal(targetOf(join(folder, 'missing')), join(folder, 'missing'));
  });
});
