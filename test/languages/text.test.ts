import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fillText, grammarOf } from '../../src/languages/text.ts';

describe('fillText', () => {
  it('fills each placeholder from the field of its name', () => {
    assert.equal(fillText('{a} and {b}, {a}', { a: 'x', b: 2 }), 'x and 2, x');
    assert.equal(fillText('{list}: {yes}', { list: ['p', 'q'], yes: true }), 'p, q: true');
    assert.equal(fillText('{zero}{empty}', { zero: 0, empty: '' }), '0');
    assert.equal(fillText('nothing to fill', { a: 'x' }), 'nothing to fill');
  });

  it('shows a question mark where a field is missing, inherited names included', () => {
    assert.equal(fillText('{a} {constructor} {toString}', {}), '? ? ?');
  });

  it('takes values as they are: no placeholder and no replacement pattern inside them counts', () => {
    assert.equal(fillText('{a}', { a: '{b}$&$1', b: 'no' }), '{b}$&$1');
  });

  it('takes the plural form that the language has for a number', () => {
    const russian = grammarOf('ru');
    const events = '{count, plural, one {# событие} few {# события} many {# событий} other {# события}}';
    const said = [1, 2, 5, 11, 21, 104].map((count) => fillText(events, { count }, {}, {}, russian));
    assert.deepEqual(said, ['1 событие', '2 события', '5 событий', '11 событий', '21 событие', '104 события']);
    assert.equal(fillText('{n, plural, one {# host} other {# hosts}}', { n: 1 }), '1 host');
    assert.equal(fillText('{n, plural, one {# host} other {# hosts}}', { n: 0 }), '0 hosts');
    assert.equal(fillText('{n, plural, one {one} other {many}}', {}), 'many');
  });

  it('takes the branch of a select that the value names, "none" for what is empty, else "other"', () => {
    const text = '{list, select, none {nothing} all {everything} other {only {list}}}';
    assert.equal(fillText(text, { list: [] }), 'nothing');
    assert.equal(fillText(text, { list: 'all' }), 'everything');
    assert.equal(fillText(text, { list: ['a', 'b'] }), 'only a, b');
  });

  it('shows a choice that cannot be read, and a lone brace, as they are', () => {
    for (const text of ['{n, plural, one {# x', '{n, gender, other}', 'a } b { c', '#']) {
      assert.equal(fillText(text, { n: 1 }), text);
    }
  });
});
