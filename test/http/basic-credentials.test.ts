import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readBasicCredentials } from '../../src/http/basic-credentials.ts';

const encoded = (text: string): string => `Basic ${Buffer.from(text, 'utf8').toString('base64')}`;

describe('Basic credentials', () => {
  it('are a user name up to the first colon and a password, in UTF-8', () => {
    assert.deepEqual(readBasicCredentials(encoded('agent:pass:word')), { username: 'agent', password: 'pass:word' });
    assert.deepEqual(readBasicCredentials(encoded('m\u00fcller:\u20ac')), {
      username: 'm\u00fcller',
      password: '\u20ac',
    });
    assert.deepEqual(readBasicCredentials(encoded(':')), { username: '', password: '' });
    assert.deepEqual(readBasicCredentials('bAsIc   YTpi'), { username: 'a', password: 'b' });
    assert.deepEqual(readBasicCredentials('Basic YTpiYw'), { username: 'a', password: 'bc' });
  });

  for (const value of [
    '',
    'Basic',
    'Basic ',
    'Basic YTpi YTpi',
    'Bearer YTpi',
    'BasicYTpi',
    'Basic YTpi\u0000',
    'Basic YTpiY',
    'Basic ====',
    'Basic YT*i',
    encoded('nocolon'),
    encoded('a:b\n'),
    encoded('a\u0000:b'),
    `Basic ${Buffer.from('a:\xff', 'latin1').toString('base64')}`,
  ]) {
    it(`are not ${JSON.stringify(value)}`, () => {
      assert.equal(readBasicCredentials(value), null);
    });
  }

  it('never make the reader throw, and come back as they were sent', () => {
    fc.assert(fc.property(fc.string(), (text) => void readBasicCredentials(`Basic ${text}`)));
    const word = fc.string({ unit: 'grapheme' }).filter((text) => !/\p{Cc}/u.test(text));
    fc.assert(
      fc.property(
        word.filter((text) => !text.includes(':')),
        word,
        (username, password) => {
          assert.deepEqual(readBasicCredentials(encoded(`${username}:${password}`)), { username, password });
        },
      ),
    );
  });
});
