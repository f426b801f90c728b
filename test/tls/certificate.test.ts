import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { rootCertificates } from 'node:tls';
import fc from 'fast-check';
import type { Certificate } from '../../src/tls/certificate.ts';
import { readCertificate } from '../../src/tls/certificate.ts';
import { formatName } from '../../src/tls/distinguished-name.ts';
import {
  buildCertificate,
  derAttribute,
  derExtension,
  derName,
  derTime,
  recordedCertificate,
  tlv,
} from '../support/der.ts';

const RECORDED = ['oms-agent-linux', 'hybrid-worker', 'server-ecdsa', 'umlauts'];

function read(der: Uint8Array): Certificate {
  const result = readCertificate(der);
  assert.ok(result.ok, JSON.stringify(result));
  return result.certificate;
}

function refusal(der: Uint8Array): string {
  const result = readCertificate(der);
  assert.ok(!result.ok, 'the certificate was read');
  return result.detail;
}

describe('readCertificate', () => {
  it('reads the certificate of a Linux agent with both of its CNs', () => {
    const { subject, issuer } = read(recordedCertificate('oms-agent-linux'));
    const text =
      'CN=0a1b2c3d-1111-4222-8333-444455556666,CN=9f8e7d6c-aaaa-4bbb-8ccc-ddddeeeeffff,OU=Linux Monitoring Agent,O=Microsoft';
    assert.deepEqual([formatName(subject), formatName(issuer)], [text, text]);
  });

  it('reads relative names of two attributes and text beyond ASCII', () => {
    const { subject } = read(recordedCertificate('umlauts'));
    assert.equal(formatName(subject), 'emailAddress=a@b.test,CN=Prüfer \\"1\\"+O=Grüße\\, GmbH,DC=test');
  });

  it('reads the DNS names and addresses a server answers for', () => {
    const { dnsNames, ipAddresses } = read(recordedCertificate('server-ecdsa'));
    assert.deepEqual(dnsNames, ['origin.test', '*.origin.test']);
    assert.deepEqual(
      ipAddresses.map((bytes) => [...bytes]),
      [
        [127, 0, 0, 1],
        [...new Array<number>(15).fill(0), 1],
      ],
    );
  });

  it('reads every authority Node.js knows, and agrees with OpenSSL about its validity', () => {
    assert.ok(rootCertificates.length > 50);
    for (const pem of rootCertificates) {
      const known = new X509Certificate(pem);
      const { notBeforeMs, notAfterMs } = read(Uint8Array.from(known.raw));
      assert.deepEqual(
        [notBeforeMs, notAfterMs],
        [Date.parse(known.validFrom), Date.parse(known.validTo)],
        known.subject,
      );
    }
  });

  it('refuses every recorded certificate that is cut, and none that is whole', () => {
    for (const name of RECORDED) {
      const der = recordedCertificate(name);
      read(der);
      for (let length = 0; length < der.length; length += 1) refusal(der.subarray(0, length));
      refusal(Uint8Array.of(...der, 0));
    }
  });

  it('never throws, whatever is changed, and keeps names it can write', () => {
    const der = recordedCertificate('server-ecdsa');
    const change = fc.record({ at: fc.nat(der.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const altered = Uint8Array.from(der);
        for (const { at, byte } of changes) altered[at] = byte;
        const result = readCertificate(altered);
        if (result.ok) assert.doesNotMatch(formatName(result.certificate.subject), /\p{Cc}/u);
        else assert.ok(result.detail.length > 5);
      }),
      { numRuns: 3_000 },
    );
  });

  it('keeps no reference to the bytes it was given', () => {
    const der = recordedCertificate('server-ecdsa');
    const before = read(der);
    const copy = structuredClone(before);
    der.fill(0);
    assert.deepEqual(before, copy);
  });

  const CN = '2.5.4.3';
  for (const [what, parts, detail] of [
    [
      'a value that is not UTF-8',
      { subject: derName([[CN, Uint8Array.of(0xff)]]) },
      /a value in the subject is not valid text/,
    ],
    [
      'a value that is not printable',
      { subject: derName([[CN, 'a_b', 0x13]]) },
      /a value in the subject is not valid text/,
    ],
    [
      '65 attributes',
      { subject: derName(new Array(65).fill([CN, 'a']) as [string, string][]) },
      /more than 64 attributes/,
    ],
    ['a value of 5,000 bytes', { subject: derName([[CN, 'a'.repeat(5000)]]) }, /longer than 4096 bytes/],
    ['an empty relative name', { subject: tlv(0x30, tlv(0x31)) }, /a part of the subject is empty/],
    ['a name that is no SEQUENCE', { subject: tlv(0x31) }, /the subject is missing or of another type/],
    [
      'a relative name with something behind',
      { subject: tlv(0x30, tlv(0x31, tlv(0x30, derAttribute([CN, 'a'])))) },
      /attribute type/,
    ],
    [
      'a month 13',
      { validity: tlv(0x30, derTime('261301000000Z'), derTime('270101000000Z')) },
      /a time of validity does not exist/,
    ],
    [
      'the 30th of February',
      { validity: tlv(0x30, derTime('260230000000Z'), derTime('270101000000Z')) },
      /does not exist/,
    ],
    ['hour 24', { validity: tlv(0x30, derTime('260101240000Z'), derTime('270101000000Z')) }, /does not exist/],
    [
      'a time without seconds',
      { validity: tlv(0x30, derTime('2601010000Z'), derTime('270101000000Z')) },
      /a time of validity is not DER/,
    ],
    [
      'a time with an offset',
      { validity: tlv(0x30, derTime('20260101000000+0100'), derTime('270101000000Z')) },
      /not DER/,
    ],
    [
      'three times',
      { validity: tlv(0x30, ...new Array<Uint8Array>(3).fill(derTime('270101000000Z'))) },
      /left over in the validity/,
    ],
    [
      'an extension that comes twice',
      { extensions: new Array<Uint8Array>(2).fill(derExtension('2.5.29.17', tlv(0x30))) },
      /comes twice/,
    ],
    [
      'an address of 5 bytes',
      { extensions: [derExtension('2.5.29.17', tlv(0x30, tlv(0x87, new Uint8Array(5))))] },
      /4 or 16 bytes/,
    ],
    [
      'a DNS name that is not ASCII',
      { extensions: [derExtension('2.5.29.17', tlv(0x30, tlv(0x82, Buffer.from('ü'))))] },
      /DNS name/,
    ],
    [
      'a DNS name without end',
      { extensions: [derExtension('2.5.29.17', tlv(0x30, tlv(0x82, Buffer.alloc(5000, 'a'))))] },
      /too long/,
    ],
    [
      'bytes behind subjectAltName',
      { extensions: [derExtension('2.5.29.17', Buffer.concat([tlv(0x30), tlv(0x05)]))] },
      /left over/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.match(refusal(buildCertificate(parts)), detail);
    });
  }

  it('reads every string type of a CN, and a value that is no string as its bytes', () => {
    const subject = derName([
      [CN, 'u', 0x0c],
      [CN, 'p', 0x13],
      [CN, 't', 0x14],
      [CN, 'i', 0x16],
      [CN, Uint8Array.of(0, 0x62), 0x1e],
      [CN, Uint8Array.of(0, 0, 0, 0x55), 0x1c],
      ['2.5.4.45', Uint8Array.of(0x00, 0x80), 0x03],
    ]);
    assert.equal(
      formatName(read(buildCertificate({ subject })).subject),
      'CN=u,CN=p,CN=t,CN=i,CN=b,CN=U,2.5.4.45=#03020080',
    );
  });

  it('reads times before and after 2050', () => {
    const validity = tlv(0x30, derTime('500101000000Z'), derTime('99991231235959Z'));
    const { notBeforeMs, notAfterMs } = read(buildCertificate({ validity }));
    assert.deepEqual([notBeforeMs, notAfterMs], [Date.UTC(1950, 0, 1), Date.UTC(9999, 11, 31, 23, 59, 59)]);
  });
});
