import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { TAG } from '../../src/tls/der.ts';
import { decodeString, isStringTag } from '../../src/tls/der-string.ts';
import { Misformed } from '../../src/tls/misformed.ts';

function decode(tag: number, bytes: Uint8Array | readonly number[]): string {
  return decodeString(tag, Uint8Array.from(bytes), 'x');
}

function wide(text: string, width: 2 | 4): number[] {
  return Array.from(text).flatMap((character) => {
    const point = character.codePointAt(0) ?? 0;
    return [point >>> 24, (point >> 16) & 0xff, (point >> 8) & 0xff, point & 0xff].slice(4 - width);
  });
}

describe('strings of certificates', () => {
  it('read any text as UTF8String, and as UniversalString', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(decode(TAG.utf8String, Buffer.from(text)), text);
        assert.equal(decode(TAG.universalString, wide(text, 4)), text);
      }),
    );
  });

  for (const [name, tag, bytes, text] of [
    ['PrintableString', TAG.printableString, Buffer.from("A z0'()+,-./:=?*&"), "A z0'()+,-./:=?*&"],
    ['NumericString', TAG.numericString, Buffer.from('0 9'), '0 9'],
    ['VisibleString', TAG.visibleString, Buffer.from('~ !'), '~ !'],
    ['IA5String', TAG.ia5String, Buffer.from('a@b.test'), 'a@b.test'],
    ['T61String, read as Latin-1', TAG.t61String, [0x4d, 0xfc, 0x6e], 'Mün'],
    ['BMPString', TAG.bmpString, wide('Grüße €', 2), 'Grüße €'],
    ['UniversalString', TAG.universalString, wide('a𝄞', 4), 'a𝄞'],
    ['an empty string', TAG.utf8String, [], ''],
  ] as const) {
    it(`reads ${name}`, () => {
      assert.equal(decode(tag, bytes), text);
      assert.ok(isStringTag(tag));
    });
  }

  for (const [name, tag, bytes] of [
    ['bytes that are not UTF-8', TAG.utf8String, [0x61, 0xff]],
    ['an overlong NUL', TAG.utf8String, [0xc0, 0x80]],
    ['a surrogate in UTF-8', TAG.utf8String, [0xed, 0xa0, 0x80]],
    ['an underscore as PrintableString', TAG.printableString, [0x5f]],
    ['a NUL as PrintableString', TAG.printableString, [0x61, 0x00]],
    ['a letter as NumericString', TAG.numericString, [0x61]],
    ['a control character as VisibleString', TAG.visibleString, [0x0a]],
    ['an umlaut as IA5String', TAG.ia5String, [0xfc]],
    ['a control character as T61String', TAG.t61String, [0x1b]],
    ['half a character as BMPString', TAG.bmpString, [0x00]],
    ['a surrogate as BMPString', TAG.bmpString, [0xd8, 0x00]],
    ['three quarters of a character as UniversalString', TAG.universalString, [0, 0, 0]],
    ['a number above Unicode as UniversalString', TAG.universalString, [0x00, 0x11, 0x00, 0x00]],
    ['a negative number as UniversalString', TAG.universalString, [0xff, 0xff, 0xff, 0xff]],
    ['an INTEGER', TAG.integer, [0x01]],
  ] as const) {
    it(`refuses ${name}`, () => {
      assert.throws(() => decode(tag, bytes), Misformed);
    });
  }
});
