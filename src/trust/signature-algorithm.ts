import { TAG, objectIdentifier } from '../tls/der.ts';
import type { DerReader } from '../tls/der.ts';

/**
 * Which signatures count. SHA-1 and MD5 can be forged by collision (RFC 9155, RFC 6151), so a certificate that is signed
 * with them proves nothing; anything not listed is refused as well.
 */

/** By object identifier (RFC 4055, RFC 5758, RFC 8410, RFC 9881). */
const STRONG: ReadonlySet<string> = new Set([
  '1.2.840.113549.1.1.11', // sha256WithRSAEncryption
  '1.2.840.113549.1.1.12', // sha384WithRSAEncryption
  '1.2.840.113549.1.1.13', // sha512WithRSAEncryption
  '1.2.840.10045.4.3.2', // ecdsa-with-SHA256
  '1.2.840.10045.4.3.3', // ecdsa-with-SHA384
  '1.2.840.10045.4.3.4', // ecdsa-with-SHA512
  '1.3.101.112', // Ed25519
  '1.3.101.113', // Ed448
  '2.16.840.1.101.3.4.3.17', // ML-DSA-44
  '2.16.840.1.101.3.4.3.18', // ML-DSA-65
  '2.16.840.1.101.3.4.3.19', // ML-DSA-87
]);

const RSA_PSS = '1.2.840.113549.1.1.10';
const SHA_2: ReadonlySet<string> = new Set([
  '2.16.840.1.101.3.4.2.1', // SHA-256
  '2.16.840.1.101.3.4.2.2', // SHA-384
  '2.16.840.1.101.3.4.2.3', // SHA-512
]);

/** For messages; what is not here is told by its number. */
const WEAK_NAMES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'MD2 with RSA',
  '1.2.840.113549.1.1.4': 'MD5 with RSA',
  '1.2.840.113549.1.1.5': 'SHA-1 with RSA',
  '1.2.840.10045.4.1': 'SHA-1 with ECDSA',
  '1.2.840.10040.4.3': 'SHA-1 with DSA',
};

/** @param algorithm content of an AlgorithmIdentifier; @returns null when it counts, else its name; throws `Misformed` */
export function weakSignature(algorithm: DerReader): string | null {
  const type = objectIdentifier(algorithm.read(TAG.oid, 'the signature algorithm'));
  if (STRONG.has(type)) return null;
  if (type === RSA_PSS) return SHA_2.has(pssHash(algorithm)) ? null : 'RSA-PSS with a hash other than SHA-2';
  return WEAK_NAMES[type] ?? type;
}

/** The hash of RSASSA-PSS-params (RFC 4055 section 3.1); without one it is SHA-1. */
function pssHash(algorithm: DerReader): string {
  const hash = algorithm.optional(TAG.sequence, 'the signature parameters')?.optional(0xa0, 'the hash algorithm');
  const identifier = hash?.read(TAG.sequence, 'the hash algorithm').read(TAG.oid, 'the hash algorithm');
  return identifier === undefined ? 'SHA-1' : objectIdentifier(identifier);
}
