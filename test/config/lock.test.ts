import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { lock } from '../../src/config/lock.ts';

function newFile(): string {
  return join(mkdtempSync(join(tmpdir(), 'oms-gateway-lock-')), 'gateway.json');
}

function writeOwner(file: string, owner: object): void {
  writeFileSync(`${file}.lock`, JSON.stringify(owner));
}

describe('lock of the configuration file', () => {
  it('is held by one at a time; the next waits for it', async () => {
    const file = newFile();
    const first = await lock(file);
    assert.ok(first.ok);
    assert.match(readFileSync(`${file}.lock`, 'utf8'), new RegExp(`"pid":${process.pid}`));
    let second: Awaited<ReturnType<typeof lock>> | null = null;
    const waiting = lock(file).then((locked) => (second = locked));
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(second, null);
    first.release();
    assert.ok((await waiting).ok);
  });

  it('is given up after a while, naming who holds it', async () => {
    const file = newFile();
    const first = await lock(file);
    assert.ok(first.ok);
    const second = await lock(file, 60);
    assert.deepEqual(second, { ok: false, code: null, owner: `process ${process.pid} on ${hostname()}` });
    first.release();
    assert.ok(!existsSync(`${file}.lock`));
  });

  it('is taken over when its process is gone', async () => {
    const file = newFile();
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeOwner(file, { pid, host: hostname(), since: Date.now() });
    const locked = await lock(file, 60);
    assert.ok(locked.ok);
    locked.release();
    assert.deepEqual(readdirSync(join(file, '..')), [], 'nothing is left behind');
  });

  it('is taken over from another machine only when it is old', async () => {
    const file = newFile();
    writeOwner(file, { pid: 1, host: 'other.test', since: Date.now() });
    assert.equal((await lock(file, 60)).ok, false);
    writeOwner(file, { pid: 1, host: 'other.test', since: Date.now() - 120_000 });
    assert.equal((await lock(file, 60)).ok, true);
  });

  it('is not taken from an owner that has not written its name yet', async () => {
    const file = newFile();
    writeFileSync(`${file}.lock`, '');
    assert.deepEqual(await lock(file, 60), { ok: false, code: null, owner: 'an unknown process' });
  });

  it('says the errno when there is no folder for it', async () => {
    assert.deepEqual(await lock(join(newFile(), 'x', 'y')), { ok: false, code: 'ENOENT', owner: '' });
  });
});
