import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseHost } from '../../src/address/host.ts';
import { isPlainName } from '../../src/address/plain-name.ts';
import { parseHostPattern } from '../../src/policy/host-pattern.ts';

describe('a name in plain form', () => {
  it('is known as such', () => {
    for (const name of ['a', 'localhost', 'www.test.com', '_dmarc.x', '1.2.3.com', 'a-b_c.d', 'xn-a.x-y', 'ab-c.d'])
      assert.ok(isPlainName(name, 0), name);
    assert.ok(isPlainName(`${`${'a'.repeat(49)}.`.repeat(5)}bcd`, 0));
    assert.ok(isPlainName('*.x.com', 2));
  });

  it('is nothing else', () => {
    const others = [
      '',
      '.',
      'a.',
      '.a',
      'a..b',
      'A',
      'a b',
      'bücher.de',
      'xn--a',
      'a.xn--bcher-kva',
      '-a',
      'a-',
      'a.-b',
    ];
    others.push('1', '127.0.0.1', 'a.1', 'a.0x1', '::1', '[::1]', 'a:1', 'a/b', '*.a', 'a*', 'a\0', 'a\n', 'a.b-');
    others.push('a'.repeat(64), `${`${'a'.repeat(49)}.`.repeat(5)}bcde`);
    for (const text of others) assert.equal(isPlainName(text, 0), false, text);
  });

  it('is read by all the rules as itself', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '1',
      '-',
      '_',
      '.',
      'X',
      'x',
      '0',
      'xn--',
      '..',
      '--',
      'com',
      '127',
      'é',
      '*',
      ':',
      '/',
      ' ',
      'a'.repeat(31),
    );
    const texts = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    const property = fc.property(texts, (text) => {
      if (!isPlainName(text, 0)) return;
      // Upper case takes the long way to the same host.
      for (const written of [text, text.toUpperCase(), `${text}.`])
        assert.deepEqual(parseHost(written), { ok: true, host: { kind: 'name', text } });
      assert.deepEqual(parseHostPattern(text), parseHostPattern(text.toUpperCase()));
      assert.deepEqual(parseHostPattern(`*.${text}`), parseHostPattern(`*.${text.toUpperCase()}`));
    });
    fc.assert(property, { numRuns: 5_000 });
  });
});
