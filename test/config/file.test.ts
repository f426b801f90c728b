import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readConfigFile } from '../../src/config/file.ts';

const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-file-'));
let number = 0;

function fileOf(content: string | Uint8Array): string {
  number += 1;
  const file = join(directory, `${number}.json`);
  writeFileSync(file, content);
  return file;
}

describe('readConfigFile', () => {
  it('reads an object, with a byte order mark or without', () => {
    const tree = { listen: { port: 1 } };
    assert.deepEqual(readConfigFile(fileOf(JSON.stringify(tree))), { ok: true, tree });
    assert.deepEqual(readConfigFile(fileOf(`\ufeff${JSON.stringify(tree)}\r\n`)), { ok: true, tree });
  });

  for (const [what, content, place, message] of [
    ['an empty file', ' \n', '', 'is empty; expected a JSON object, { … }'],
    ['a list', '[]', '', 'does not hold a JSON object; expected { … }'],
    ['null', 'null', '', 'does not hold a JSON object; expected { … }'],
    ['a comment', '{\n  // c\n}', ':2:3', 'is not valid JSON: a comment stands here; JSON has no comments'],
    ['a key given twice', '{"a":1,"a":2}', ':1:8', 'is not valid JSON: the key "a" is given twice'],
    ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), '', 'is not UTF-8 text; save it as UTF-8'],
    ['a byte that is no UTF-8', Buffer.from([0x7b, 0xe9, 0x7d]), '', 'is not UTF-8 text; save it as UTF-8'],
  ] as const) {
    it(`refuses ${what} and says where`, () => {
      const file = fileOf(content);
      assert.deepEqual(readConfigFile(file), { ok: false, problems: [{ path: `${file}${place}`, message }] });
    });
  }

  it('says why a file cannot be read, with the path as it was given', () => {
    for (const [path, message] of [
      [join(directory, 'missing.json'), 'there is no such file'],
      [directory, 'is a directory, not a file'],
      ['', 'there is no such file'],
      ['a\u0000b', 'cannot be read (ERR_INVALID_ARG_VALUE)'],
    ] as const) {
      assert.deepEqual(readConfigFile(path), { ok: false, problems: [{ path, message }] });
    }
  });

  it('does not repeat what stands in a file it cannot read', () => {
    const read = readConfigFile(fileOf('{ "admin": { "token": "hunter2" "x" } }'));
    assert.equal(read.ok, false);
    assert.doesNotMatch(JSON.stringify(read), /hunter2/);
  });
});
