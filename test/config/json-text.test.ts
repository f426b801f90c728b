import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { printable, readJson } from '../../src/config/json-text.ts';

/** text, line, column, what is said. */
const REFUSED: readonly (readonly [string, number, number, string])[] = [
  ['', 1, 1, 'the text ends here; expected a value'],
  ['{', 1, 2, 'the text ends here; expected a key in double quotes'],
  ['{"a"', 1, 5, 'the text ends here; expected ":"'],
  ['{"a":', 1, 6, 'the text ends here; expected a value'],
  ['{"a":1', 1, 7, 'the text ends here; expected "," or "}"'],
  ['[1', 1, 3, 'the text ends here; expected "," or "]"'],
  ['{"a":1,}', 1, 8, '"}" stands here after a comma; expected a key in double quotes'],
  ['[1,\n]', 2, 1, '"]" stands here after a comma; expected a value'],
  ['{"a":1,,}', 1, 8, '"," stands here; expected a key in double quotes'],
  ['{"a":1 "b":2}', 1, 8, 'a double quote stands here; expected "," or "}"'],
  ["{'a':1}", 1, 2, 'a single quote stands here; expected a key in double quotes, JSON uses double quotes'],
  ['{a:1}', 1, 2, '"a" stands here; expected a key in double quotes'],
  ['{"a"=1}', 1, 5, '"=" stands here; expected ":"'],
  ['{}x', 1, 3, '"x" stands here; expected nothing more'],
  ['{}{}', 1, 3, '"{" stands here; expected nothing more'],
  ['{"a":undefined}', 1, 6, '"undefined" stands here; expected a value'],
  ['{"a":truex}', 1, 6, '"truex" stands here; expected a value'],
  ['{"a":01}', 1, 6, '"01" stands here; expected a value'],
  ['{"a":+1}', 1, 6, '"+" stands here; expected a value'],
  ['{"a":1.}', 1, 6, '"1" stands here; expected a value'],
  ['{"a":0x10}', 1, 6, '"0x10" stands here; expected a value'],
  ['{"a":NaN}', 1, 6, '"NaN" stands here; expected a value'],
  ['// c\n{}', 1, 1, 'a comment stands here; JSON has no comments'],
  ['{\n  /* c */ "a": 1}', 2, 3, 'a comment stands here; JSON has no comments'],
  ['{\r\n  # c\r\n}', 2, 3, 'a comment stands here; JSON has no comments'],
  ['{"a":1,"a":2}', 1, 8, 'the key "a" is given twice'],
  ['{"a":1,"\\u0061":2}', 1, 8, 'the key "a" is given twice'],
  ['{"x":{"a":1,\n"a":2}}', 2, 1, 'the key "a" is given twice'],
  ['{"__proto__":{}}', 1, 2, 'the key "__proto__" is not allowed'],
  ['{\n  "a": "C:\\Users"}', 2, 11, 'a backslash that starts no escape; write \\\\ for a backslash'],
  ['{"a":"\\u12"}', 1, 7, 'a backslash that starts no escape; write \\\\ for a backslash'],
  ['{"a":"x\ny"}', 1, 8, 'a text must end with a double quote on its own line and hold no control characters'],
  ['{"a":"x', 1, 8, 'a text must end with a double quote on its own line and hold no control characters'],
  ['{"a":"\u0000"}', 1, 7, 'a text must end with a double quote on its own line and hold no control characters'],
  ['\u00a0{}', 1, 1, '"\u00a0" stands here; expected a value'],
  ['\u202e{}', 1, 1, '"\\u{202e}" stands here; expected a value'],
  ['{"😀":1,😀}', 1, 9, '"😀" stands here; expected a key in double quotes'],
  ['['.repeat(100_000), 1, 66, 'more than 64 levels'],
];

describe('readJson', () => {
  for (const [text, line, column, detail] of REFUSED) {
    it(`refuses ${JSON.stringify(text.slice(0, 30))} and says where and why`, () => {
      assert.deepEqual(readJson(text), { ok: false, line, column, detail });
    });
  }

  it('allows the same key in different objects', () => {
    assert.deepEqual(readJson('[{"a":1},{"a":{"a":2}}]'), { ok: true, value: [{ a: 1 }, { a: { a: 2 } }] });
  });

  it('does not take a key for given that every object inherits', () => {
    assert.deepEqual(readJson('{"constructor":1,"toString":2}'), { ok: true, value: { constructor: 1, toString: 2 } });
  });

  it('reads what JSON.stringify writes, pretty or not', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(!text.includes('"__proto__"'));
        assert.deepEqual(readJson(text), { ok: true, value: JSON.parse(text) as unknown });
      }),
    );
  });

  it('takes nothing that JSON.parse refuses, and refuses without throwing', () => {
    const piece = fc.constantFrom(
      ...'{}[]",:\\/'.split(''),
      '"a"',
      '1',
      '-0.5e3',
      'true',
      'nul',
      ' ',
      '\n',
      '\u0001',
      'é',
    );
    let refused = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const read = readJson(text);
        if (read.ok) assert.deepEqual(read.value, JSON.parse(text));
        else refused += 1;
        // Without two keys of one name every refusal must be one of JSON.parse as well.
        if (!read.ok && !read.detail.includes('twice')) assert.throws(() => void JSON.parse(text), SyntaxError);
      }),
      { numRuns: 500 },
    );
    assert.ok(refused > 0);
  });

  it('stays quick on a long text without its closing quote', () => {
    const startedMs = performance.now();
    assert.equal(readJson(`{"a":"${'x'.repeat(1_000_000)}`).ok, false);
    assert.ok(performance.now() - startedMs < 2_000);
  });
});

describe('printable', () => {
  it('keeps a value on one bounded line that cannot steer a terminal', () => {
    assert.equal(printable('a\u001b[31m\n\u202e\u2028'), '"a\\u001b[31m\\n\\u{202e}\\u{2028}"');
    assert.equal(printable('\u009b'), '"\\u{9b}"');
    assert.equal(printable('x'.repeat(1000)), `"${'x'.repeat(119)}…`);
  });

  it('shows numbers that JSON cannot say, and nothing as nothing', () => {
    assert.equal(printable(Infinity), 'Infinity');
    assert.equal(printable(undefined), 'nothing');
  });
});
