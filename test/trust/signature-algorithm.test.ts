import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DerReader } from '../../src/tls/der.ts';
import { weakSignature } from '../../src/trust/signature-algorithm.ts';
import { oid, tlv } from '../support/der.ts';

function weak(dotted: string, parameters: Uint8Array = tlv(0x05)): string | null {
  return weakSignature(new DerReader(Buffer.concat([oid(dotted), parameters])));
}

/** RSASSA-PSS-params with this hash. */
function pss(hash: string): Uint8Array {
  return tlv(0x30, tlv(0xa0, tlv(0x30, oid(hash), tlv(0x05))));
}

describe('weakSignature', () => {
  it('takes SHA-2 with RSA and ECDSA, EdDSA and ML-DSA', () => {
    for (const type of ['1.2.840.113549.1.1.11', '1.2.840.10045.4.3.3', '1.3.101.112', '2.16.840.1.101.3.4.3.18']) {
      assert.equal(weak(type), null, type);
    }
  });

  it('names MD5 and SHA-1, and refuses what it does not know', () => {
    assert.equal(weak('1.2.840.113549.1.1.4'), 'MD5 with RSA');
    assert.equal(weak('1.2.840.113549.1.1.5'), 'SHA-1 with RSA');
    assert.equal(weak('1.2.840.10045.4.1'), 'SHA-1 with ECDSA');
    assert.equal(weak('1.2.3.4'), '1.2.3.4');
  });

  it('looks at the hash of RSA-PSS, which is SHA-1 unless it is said', () => {
    const refusal = 'RSA-PSS with a hash other than SHA-2';
    assert.equal(weak('1.2.840.113549.1.1.10', pss('2.16.840.1.101.3.4.2.1')), null);
    assert.equal(weak('1.2.840.113549.1.1.10', pss('1.3.14.3.2.26')), refusal);
    assert.equal(weak('1.2.840.113549.1.1.10', tlv(0x30)), refusal);
    assert.equal(weak('1.2.840.113549.1.1.10', tlv(0x05)), refusal);
    assert.equal(weak('1.2.840.113549.1.1.10', new Uint8Array(0)), refusal);
  });
});
