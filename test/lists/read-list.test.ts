import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ReadList } from '../../src/lists/read-list.ts';
import { ENTRY_LIMIT, readList } from '../../src/lists/read-list.ts';

function entries(text: string): readonly string[] {
  const read = readList(text);
  assert.ok(read.ok, JSON.stringify(read));
  return read.entries;
}

function detail(read: ReadList): string {
  return read.ok ? '' : read.detail;
}

describe('the text of a list', () => {
  it('has one entry a line, with comments, or is JSON', () => {
    const hosts = ['a.example', '*.b.example'];
    assert.deepEqual(entries('# hosts\r\na.example\r\n\r\n  *.b.example # below\na.example\n'), hosts);
    assert.deepEqual(entries(' ["a.example", "*.b.example"]'), hosts);
    assert.deepEqual(entries('{ "version": 3, "hosts": ["a.example", "*.b.example"] }'), hosts);
    assert.deepEqual(entries('[]'), []);
  });

  it('loses its bad entries, which are named with what is wrong', () => {
    const read = readList('a.example\nb.example\n*\n0.0.0.0/0\n');
    assert.ok(read.ok);
    assert.deepEqual([read.entries, read.refusedCount], [['a.example', 'b.example'], 2]);
    assert.match(read.refused[0] ?? '', /^\* would allow every host/);
    const mixed = readList('["a.example", 7]');
    assert.deepEqual(mixed.ok && mixed.refused, ['7 is no text']);
  });

  it('is refused as a whole when it is something else', () => {
    assert.match(detail(readList('<!doctype html>\n<html>\n<body>Sign in, please</body>\n')), /^is none: 3 of its 3/);
    assert.match(detail(readList('')), /^is empty/);
    assert.match(detail(readList('# nothing\n')), /^is empty/);
    assert.match(detail(readList('{"error": "no"}')), /without a list of hosts/);
    assert.match(detail(readList('["a.example"')), /not valid JSON/);
    assert.match(detail(readList('a\n'.repeat(ENTRY_LIMIT + 1))), /more than 100000 entries/);
  });

  it('never throws, and names no more than a few of its bad entries', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void readList(text)));
    const good = Array.from({ length: 500 }, (_, index) => `h${index}.example`).join('\n');
    const read = readList(`${good}\n${'*\n'.repeat(400)}`);
    assert.ok(read.ok && read.refused.length === 20 && read.refusedCount === 400);
  });
});
