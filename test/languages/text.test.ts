import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fillText } from '../../src/languages/text.ts';

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
});
