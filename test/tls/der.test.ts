import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DerReader, TAG, objectIdentifier } from '../../src/tls/der.ts';
import { Misformed } from '../../src/tls/misformed.ts';
import { oid, tlv } from '../support/der.ts';

function refused(...bytes: number[]): RegExp | string {
  try {
    new DerReader(Uint8Array.from(bytes)).next('x');
    return 'read';
  } catch (error) {
    assert.ok(error instanceof Misformed);
    return error.detail;
  }
}

describe('DerReader', () => {
  it('yields a reader over exactly the element that tag and length announce', () => {
    const reader = new DerReader(tlv(TAG.sequence, tlv(TAG.integer, Uint8Array.of(7)), tlv(TAG.set)));
    const sequence = reader.read(TAG.sequence, 'x');
    assert.deepEqual([...sequence.read(TAG.integer, 'x').rest()], [7]);
    assert.equal(sequence.optional(TAG.integer, 'x'), null);
    assert.equal(sequence.optional(TAG.set, 'x')?.left, 0);
    assert.deepEqual([sequence.left, sequence.tag, reader.left], [0, -1, 0]);
  });

  it('tells what an element was as a whole', () => {
    const element = tlv(TAG.octetString, new Uint8Array(200));
    const reader = new DerReader(Buffer.concat([element, element])).next('x');
    assert.deepEqual(Uint8Array.from(reader.whole), Uint8Array.from(element));
  });

  it('reads every length that is written in the fewest bytes, and no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 70_000 }), (length) => {
        assert.equal(new DerReader(tlv(0x04, new Uint8Array(length))).next('x').left, length);
      }),
      { numRuns: 50 },
    );
    assert.equal(refused(0x04, 0x81, 0x05, 1, 2, 3, 4, 5), 'the length of x is not DER');
    assert.equal(refused(0x04, 0x82, 0x00, 0x01, 1), 'the length of x is not DER');
    assert.equal(
      refused(0x04, 0x83, 0x00, 0x80, 0x00, ...new Array<number>(0x8000).fill(0)),
      'the length of x is not DER',
    );
    assert.equal(refused(0x04, 0x80, 0, 0), 'the length of x is not DER', 'indefinite length');
    assert.equal(refused(0x04, 0x84, 0, 0, 0, 1, 0), 'the length of x is not DER');
    assert.equal(refused(0x04, 0xff), 'the length of x is not DER');
  });

  it('refuses what ends early, another tag, a tag of several bytes and what is left over', () => {
    assert.equal(refused(), 'x is cut off');
    assert.equal(refused(0x04), 'x is cut off');
    assert.equal(refused(0x04, 0x82, 0x01), 'x is cut off');
    assert.equal(refused(0x04, 0x02, 0x01), 'x is longer than what it is in');
    assert.equal(refused(0x1f, 0x01, 0x00), 'x has a tag that certificates do not use');
    assert.throws(() => new DerReader(tlv(0x04)).read(0x30, 'x'), Misformed);
    const reader = new DerReader(tlv(0x30, tlv(0x04), tlv(0x04))).next('x');
    reader.next('x');
    assert.throws(() => {
      reader.done('x');
    }, Misformed);
  });

  it('cannot be led out of an element by a length inside it', () => {
    const inner = Uint8Array.of(0x04, 0x05, 1, 2);
    const reader = new DerReader(Buffer.concat([tlv(0x30, inner), new Uint8Array(50)])).next('x');
    assert.throws(() => reader.next('y'), /y is longer than what it is in/);
  });
});

describe('object identifiers', () => {
  for (const dotted of ['2.5.4.3', '0.9.2342.19200300.100.1.25', '1.2.840.113549.1.9.1', '2.999.1', '1.39.0']) {
    it(`reads ${dotted}`, () => {
      assert.equal(objectIdentifier(new DerReader(oid(dotted)).next('x')), dotted);
    });
  }

  for (const [bytes, text] of [
    [[], /empty/],
    [[0x55, 0x84], /cut off/],
    [[0x55, 0x80, 0x03], /not DER/],
    [[0x55, ...new Array<number>(9).fill(0xff), 0x01], /too large/],
  ] as const) {
    it(`refuses ${JSON.stringify(bytes)}`, () => {
      assert.throws(() => objectIdentifier(new DerReader(Uint8Array.from(bytes))), text);
    });
  }
});
