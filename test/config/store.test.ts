import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Change } from '../../src/config/store.ts';
import { editConfig } from '../../src/config/store.ts';
import { lock } from '../../src/config/lock.ts';

const ADD: Change = { kind: 'append', path: ['allowedHosts'], values: ['b.com'] };
const TEXT = '{\n  "allowedHosts": ["a.com"]\n}';

function newFile(text: string = TEXT): string {
  const file = join(realpathSync(mkdtempSync(join(tmpdir(), 'oms-gateway-store-'))), 'gateway.json');
  writeFileSync(file, text);
  return file;
}

describe('an edit of the configuration file', () => {
  it('changes the place and nothing else', async () => {
    const file = newFile();
    const edited = await editConfig(file, () => [ADD]);
    assert.deepEqual(edited, { ok: true, file, changed: true, tree: { allowedHosts: ['a.com', 'b.com'] } });
    assert.equal(readFileSync(file, 'utf8'), '{\n  "allowedHosts": ["a.com", "b.com"]\n}');
    assert.deepEqual(readdirSync(join(file, '..')), ['gateway.json']);
  });

  it('is refused before anything is written, with everything that would be wrong', async () => {
    const file = newFile();
    const { ino } = statSync(file);
    const edited = await editConfig(file, () => [
      { kind: 'set', path: ['listen', 'port'], value: 0 },
      { kind: 'append', path: ['allowedHosts'], values: ['http://x', '*'] },
    ]);
    assert.ok(!edited.ok && edited.kind === 'wrong');
    assert.deepEqual(
      edited.problems.map(({ path }) => path),
      ['listen.port', 'allowedHosts[1]', 'allowedHosts[2]'],
    );
    assert.deepEqual([readFileSync(file, 'utf8'), statSync(file).ino], [TEXT, ino]);
  });

  it('can repair a file that is wrong, and is refused while it stays wrong', async () => {
    const file = newFile('{ "prot": 1 }');
    assert.equal((await editConfig(file, () => [ADD])).ok, false);
    assert.equal((await editConfig(file, () => [{ kind: 'set', path: ['prot'], value: undefined }, ADD])).ok, true);
  });

  it('names the place of a form that is wrong, by the path that was given', async () => {
    const file = newFile('{,}');
    const link = join(file, '..', 'link');
    symlinkSync(file, link);
    const edited = await editConfig(link, () => [ADD]);
    assert.ok(!edited.ok && edited.kind === 'wrong');
    assert.equal(edited.problems[0]?.path, `${link}:1:2`);
  });

  it('follows a link and leaves it a link', async () => {
    const file = newFile();
    const link = join(file, '..', 'link');
    symlinkSync('gateway.json', link);
    assert.ok((await editConfig(link, () => [ADD])).ok);
    assert.match(readFileSync(file, 'utf8'), /b\.com/);
    assert.equal(realpathSync(link), file);
  });

  it('closes the file to others when it holds a secret', async () => {
    const file = newFile();
    const relayProxy = { address: 'http://a.test:1', username: 'u', password: 'p' };
    assert.ok((await editConfig(file, () => [{ kind: 'set', path: ['relayProxy'], value: relayProxy }])).ok);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('writes nothing when there is nothing to change, and nothing when it is only tried', async () => {
    const file = newFile();
    const { ino } = statSync(file);
    const same = await editConfig(file, () => [{ kind: 'set', path: ['allowedHosts', 0], value: 'a.com' }]);
    const tried = await editConfig(file, () => [ADD], { dryRun: true });
    assert.deepEqual([same.ok && same.changed, tried.ok && tried.changed], [false, true]);
    assert.equal(statSync(file).ino, ino);
  });

  it('makes a missing file only where that is wanted', async () => {
    const file = join(newFile(), '..', 'new.json');
    const refused = await editConfig(file, () => [ADD]);
    assert.ok(!refused.ok && refused.kind === 'wrong');
    assert.match(refused.problems[0]?.message ?? '', /no such file/);
    assert.ok((await editConfig(file, () => [ADD], { create: true })).ok);
    assert.equal(readFileSync(file, 'utf8'), '{\n  "allowedHosts": [\n    "b.com"\n  ]\n}\n');
  });

  it('waits for another editor, then gives up without a change', async () => {
    const file = newFile();
    const held = await lock(file);
    assert.ok(held.ok);
    const edited = await editConfig(file, () => [ADD], { waitMs: 60 });
    assert.ok(!edited.ok && edited.kind === 'locked');
    held.release();
    assert.equal(readFileSync(file, 'utf8'), TEXT);
  });

  it('loses none of twenty edits made at the same time', async () => {
    const file = newFile();
    const hosts = Array.from({ length: 20 }, (_, index) => `h${index}.test`);
    const all = await Promise.all(
      hosts.map((host) => editConfig(file, () => [{ kind: 'append', path: ['allowedHosts'], values: [host] }])),
    );
    assert.ok(all.every(({ ok }) => ok));
    const { allowedHosts } = JSON.parse(readFileSync(file, 'utf8')) as { allowedHosts: string[] };
    assert.deepEqual(allowedHosts.sort(), ['a.com', ...hosts].sort());
  });

  it('takes entries of a list away by their place, few as many', async () => {
    const hosts = Array.from({ length: 200 }, (_, index) => `h${index}.test`);
    const odd = hosts.flatMap((_, index) => (index % 2 === 1 ? [index] : []));
    for (const indexes of [[0, 5, 199], odd]) {
      const file = newFile(JSON.stringify({ allowedHosts: hosts }));
      const edited = await editConfig(file, () => [{ kind: 'remove', path: ['allowedHosts'], indexes }]);
      const rest = hosts.filter((_, index) => !indexes.includes(index));
      assert.deepEqual(edited.ok && edited.tree['allowedHosts'], rest);
    }
  });
});
