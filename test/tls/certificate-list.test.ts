import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readCertificateList } from '../../src/tls/certificate-list.ts';
import { join } from '../support/hello.ts';

function vector24(...parts: readonly Uint8Array[]): Uint8Array {
  const content = join(parts);
  return join([Uint8Array.of(content.length >> 16, (content.length >> 8) & 0xff, content.length & 0xff), content]);
}

describe('readCertificateList', () => {
  it('gives the certificates in their order', () => {
    const [own, issuer] = [Uint8Array.of(1, 2), new Uint8Array(300).fill(3)];
    assert.deepEqual(readCertificateList(vector24(vector24(own), vector24(issuer))), {
      ok: true,
      chain: [own, issuer],
    });
    assert.deepEqual(readCertificateList(new Uint8Array(3)), { ok: true, chain: [] });
  });

  it('says what is wrong', () => {
    const one = vector24(Uint8Array.of(1));
    for (const [body, detail] of [
      [new Uint8Array(2), 'a length in the Certificate message is wrong'],
      [join([vector24(one), Uint8Array.of(0)]), 'bytes follow the certificate list'],
      [vector24(one, Uint8Array.of(0, 0)), 'a length in the Certificate message is wrong'],
      [vector24(new Uint8Array(3)), 'a certificate of the chain is empty'],
      [vector24(...Array.from({ length: 65 }, () => one)), 'there are more than 64 certificates in the chain'],
    ] as const) {
      assert.deepEqual(readCertificateList(body), { ok: false, detail });
    }
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => typeof readCertificateList(bytes).ok === 'boolean'),
    );
  });
});
