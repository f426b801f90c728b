import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Certificate } from '../../src/tls/certificate.ts';
import { readCertificate } from '../../src/tls/certificate.ts';
import { DerReader } from '../../src/tls/der.ts';
import { readNameConstraints, satisfies } from '../../src/trust/name-constraints.ts';
import { buildCertificate, derExtension, derName, tlv } from '../support/der.ts';

const DNS = 0x82;
const IP = 0x87;
const NAME = 0xa4;

type Base = readonly [tag: number, value: string | Uint8Array];

function subtrees(tag: number, bases: readonly Base[]): Uint8Array {
  return tlv(
    tag,
    ...bases.map(([kind, value]) => tlv(0x30, tlv(kind, typeof value === 'string' ? Buffer.from(value) : value))),
  );
}

function certificate(names: readonly Base[], subject = derName([])): Certificate {
  const list = names.map(([tag, value]) => tlv(tag, typeof value === 'string' ? Buffer.from(value) : value));
  const read = readCertificate(
    buildCertificate({ subject, extensions: [derExtension('2.5.29.17', tlv(0x30, ...list))] }),
  );
  assert.ok(read.ok);
  return read.certificate;
}

function within(each: Certificate, permitted: readonly Base[], excluded: readonly Base[] = []): boolean {
  const parts = [
    ...(permitted.length === 0 ? [] : [subtrees(0xa0, permitted)]),
    ...(excluded.length === 0 ? [] : [subtrees(0xa1, excluded)]),
  ];
  return satisfies(each, readNameConstraints(new DerReader(tlv(0x30, ...parts))));
}

describe('name constraints', () => {
  const server = certificate([[DNS, 'a.Example.test']]);

  it('hold DNS names to whole labels', () => {
    for (const base of ['', 'test', 'example.test', '.example.TEST', 'a.example.test']) {
      assert.ok(within(server, [[DNS, base]]), base);
      assert.ok(!within(server, [], [[DNS, base]]), base);
    }
    for (const base of ['ample.test', 'b.example.test', 'x.a.example.test']) {
      assert.ok(!within(server, [[DNS, base]]), base);
      assert.ok(within(server, [], [[DNS, base]]), base);
    }
    assert.ok(!within(server, [[DNS, 'test']], [[DNS, 'example.test']]), 'excluded is stronger');
    assert.ok(
      !within(
        certificate([
          [DNS, 'a.test'],
          [DNS, 'b.other'],
        ]),
        [[DNS, 'test']],
      ),
      'every name counts',
    );
  });

  it('hold addresses to a mask, and other kinds of names to nothing', () => {
    const ten = Uint8Array.of(10, 0, 0, 0, 255, 0, 0, 0);
    assert.ok(within(certificate([[IP, Uint8Array.of(10, 1, 2, 3)]]), [[IP, ten]]));
    assert.ok(!within(certificate([[IP, Uint8Array.of(11, 1, 2, 3)]]), [[IP, ten]]));
    assert.ok(!within(certificate([[IP, new Uint8Array(16)]]), [[IP, ten]]), 'another family');
    assert.ok(within(server, [[IP, ten]]), 'a constraint on addresses does not concern names');
    assert.ok(within(server, [[0x81, 'example.org']]), 'nor does one on mail');
  });

  it('hold subjects to the beginning of the name', () => {
    const base = derName([
      ['2.5.4.6', 'DE'],
      ['2.5.4.10', 'Contoso'],
    ]);
    const inside = certificate(
      [],
      derName([
        ['2.5.4.6', 'de', 0x13],
        ['2.5.4.10', 'contoso'],
        ['2.5.4.3', 'a'],
      ]),
    );
    const outside = certificate(
      [],
      derName([
        ['2.5.4.10', 'Contoso'],
        ['2.5.4.3', 'a'],
      ]),
    );
    assert.deepEqual([within(inside, [[NAME, base]]), within(outside, [[NAME, base]])], [true, false]);
    assert.ok(within(server, [[NAME, base]]), 'without a subject there is nothing to hold');
  });

  it('that cannot be read are refused', () => {
    const read = (bytes: Uint8Array): unknown => readNameConstraints(new DerReader(bytes));
    assert.throws(() => read(tlv(0x31)), /nameConstraints is missing/);
    assert.throws(() => read(tlv(0x30, subtrees(0xa0, [[IP, new Uint8Array(5)]]))), /is not valid/);
    assert.throws(() => read(tlv(0x30, tlv(0xa0), tlv(0x05))), /left over/);
  });
});
