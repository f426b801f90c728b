import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hexText, readParts } from '../../src/tls/certificate-parts.ts';
import { Misformed } from '../../src/tls/misformed.ts';
import { buildCertificate, derExtension, recordedCertificate, tlv } from '../support/der.ts';

describe('readParts', () => {
  it('tells extensions in their order with their critical mark', () => {
    const extensions = [derExtension('2.5.29.19', tlv(0x30), true), derExtension('2.5.29.17', tlv(0x30))];
    const parts = readParts(buildCertificate({ extensions }));
    assert.deepEqual(
      parts.extensions.map(({ type, critical }) => [type, critical]),
      [
        ['551d13', true],
        ['551d11', false],
      ],
    );
    assert.deepEqual(readParts(buildCertificate()).extensions, []);
  });

  it('refuses an extension that comes twice, and more than any certificate has', () => {
    const basic = derExtension('2.5.29.19', tlv(0x30), true);
    const status = derExtension('2.5.29.17', tlv(0x30));
    assert.throws(() => readParts(buildCertificate({ extensions: [basic, status, basic] })), /comes twice/);
    const many = Array.from({ length: 65 }, (_, index) => derExtension(`1.2.3.${index}`, tlv(0x30)));
    assert.equal(readParts(buildCertificate({ extensions: many.slice(1) })).extensions.length, 64);
    assert.throws(() => readParts(buildCertificate({ extensions: many })), /over 64 extensions/);
  });

  it('refuses what does not add up', () => {
    const der = recordedCertificate('server-ecdsa');
    for (const wrong of [new Uint8Array(0), der.subarray(1), Uint8Array.of(...der, 0), tlv(0x30, tlv(0x30))]) {
      assert.throws(() => readParts(wrong), Misformed);
    }
  });
});

describe('hexText', () => {
  it('writes two digits for each byte', () => {
    assert.equal(hexText(Uint8Array.of(0, 0x0f, 0xff)), '000fff');
  });
});
