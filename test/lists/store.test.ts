import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { loadCopy, saveCopy } from '../../src/lists/store.ts';

const URL_ = 'https://lists.example/hosts';

describe('the copy of a list', () => {
  let directory = '';
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'oms-gateway-store-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it('comes back as it was saved, for its own address only, and leaves nothing half written', () => {
    const list = { url: URL_, etag: '"v1"', lastModified: '', readAtMs: 1_000, entries: ['a.example', '*.b.example'] };
    const inner = join(directory, 'not', 'yet');
    saveCopy(inner, list);
    saveCopy(inner, { ...list, etag: '"v2"' });
    assert.deepEqual(loadCopy(inner, URL_), { ...list, etag: '"v2"' });
    assert.equal(loadCopy(inner, `${URL_}2`), null);
    assert.equal(readdirSync(inner).length, 1);
  });

  it('is judged anew when it is read: whoever writes the directory cannot allow more than a list could', () => {
    saveCopy(directory, { url: URL_, etag: '', lastModified: '', readAtMs: null, entries: ['a.example'] });
    const file = join(directory, readdirSync(directory)[0] ?? '');
    const tampered = {
      url: URL_,
      etag: 'x\r\nX-Evil: 1',
      lastModified: 7,
      readAtMs: 'yesterday',
      entries: ['*', 'b.example', '0.0.0.0/0', 1],
    };
    writeFileSync(file, JSON.stringify(tampered));
    const readBack = { url: URL_, etag: '', lastModified: '', readAtMs: null, entries: ['b.example'] };
    assert.deepEqual(loadCopy(directory, URL_), readBack);
    writeFileSync(file, JSON.stringify({ ...tampered, readAtMs: Date.now() * 2 }));
    assert.ok((loadCopy(directory, URL_)?.readAtMs ?? Infinity) <= Date.now(), 'nothing was read in the future');
    for (const text of ['', '{', '[]', '{"url":1}']) {
      writeFileSync(file, text);
      assert.equal(loadCopy(directory, URL_), null, text);
    }
    assert.ok(!readFileSync(file, 'utf8').includes('example'));
  });
});
