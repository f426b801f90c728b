import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { IpRange } from '../../src/address/ip.ts';
import { ipFromBytes, parseCidr, parseIp, rangeContains } from '../../src/address/ip.ts';
import { RangeTable } from '../../src/policy/range-table.ts';

function range(text: string): IpRange {
  const parsed = parseCidr(text);
  assert.ok(parsed !== null, text);
  return parsed;
}

function find(table: RangeTable<string>, text: string): string | null {
  const address = parseIp(text);
  assert.ok(address !== null, text);
  return table.find(address);
}

describe('a table of ranges', () => {
  it('answers with the narrowest range, and with the first of equal ones', () => {
    const table = new RangeTable<string>();
    for (const [text, value] of [
      ['10.0.0.0/8', 'wide'],
      ['10.1.0.0/16', 'narrow'],
      ['10.1.2.3/16', 'same as narrow'],
      ['0.0.0.0/0', 'all'],
    ] as const) {
      table.add(range(text), value);
    }
    assert.deepEqual(
      ['10.1.9.9', '10.2.0.1', '192.0.2.1', '::1'].map((text) => find(table, text)),
      ['narrow', 'wide', 'all', null],
    );
    assert.equal(table.size, 3);
  });

  it('finds what a search through all ranges finds', () => {
    // Few distinct bytes, so that addresses and ranges meet often.
    const bytes = fc
      .constantFrom(4, 16)
      .chain((length) => fc.array(fc.constantFrom(0x20, 0x21, 0x80, 0xff), { minLength: length, maxLength: length }));
    const ranges = fc.array(
      fc.tuple(bytes, fc.nat(128)).map(([each, bits]): IpRange => {
        const { family, bytes: whole } = ipFromBytes(each);
        return { family, bytes: whole, prefixBits: bits % (whole.length * 8 + 1) };
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(ranges, bytes, (list, each) => {
        const table = new RangeTable<number>();
        for (const one of list) table.add(one, one.prefixBits);
        const address = ipFromBytes(each);
        const containing = list.filter((one) => rangeContains(one, address)).map(({ prefixBits }) => prefixBits);
        assert.equal(table.find(address), containing.length === 0 ? null : Math.max(...containing));
      }),
    );
  });
});
