import type { KeyObject } from 'node:crypto';
import { X509Certificate } from 'node:crypto';
import type { Certificate } from '../tls/certificate.ts';
import { readCertificate } from '../tls/certificate.ts';
import { formatName, nameKey } from '../tls/distinguished-name.ts';
import { Misformed } from '../tls/misformed.ts';
import type { Profile } from './profile.ts';
import { KEY_USAGE, readProfile } from './profile.ts';

/** One certificate of a chain while it is verified: its facts, its profile, and what can be said against it. */
export interface Candidate {
  readonly der: Uint8Array;
  readonly x509: X509Certificate;
  readonly facts: Certificate;
  readonly profile: Profile;
  readonly subjectKey: string;
  readonly issuerKey: string;
}

export type Opened =
  { readonly ok: true; readonly candidate: Candidate } | { readonly ok: false; readonly detail: string };

/** Reads a certificate with our reader and with OpenSSL's; both have to take it. */
export function openCertificate(der: Uint8Array): Opened {
  const read = readCertificate(der);
  if (!read.ok) return { ok: false, detail: `it cannot be parsed: ${read.detail}` };
  const facts = read.certificate;
  try {
    const profile = readProfile(der);
    const x509 = new X509Certificate(der);
    const [subjectKey, issuerKey] = [nameKey(facts.subject), nameKey(facts.issuer)];
    return { ok: true, candidate: { der, x509, facts, profile, subjectKey, issuerKey } };
  } catch (error) {
    const detail = error instanceof Misformed ? error.detail : 'OpenSSL does not read it';
    return { ok: false, detail: `it cannot be parsed: ${detail}` };
  }
}

/** What is wrong with any certificate of a chain at this time, or null. Its signature is `isIssuedBy`'s. */
export function problemOf({ facts, profile, x509 }: Candidate, nowMs: number): string | null {
  if (nowMs < facts.notBeforeMs) return `is not valid before ${dateText(facts.notBeforeMs)}`;
  if (nowMs > facts.notAfterMs) return `expired on ${dateText(facts.notAfterMs)}`;
  const [unknown] = profile.unknownCritical;
  if (unknown !== undefined) return `has a critical extension (${unknown.slice(0, 60)}) that is not understood`;
  if (!profile.servesTls) return 'may not be used for TLS servers (extendedKeyUsage)';
  return weakKey(x509);
}

/** What forbids it to issue the certificates below it, or null. @param below authorities between it and the server's own */
export function authorityProblem({ profile }: Candidate, below: number, isAnchor: boolean): string | null {
  const { authority, keyUsage } = profile;
  // Certificates of version 1 cannot say that they are authorities; an operator who trusts one says it for them.
  if (!(authority?.isAuthority ?? isAnchor)) return 'is no authority (basicConstraints)';
  const { pathLength } = authority ?? { pathLength: null };
  if (pathLength !== null && below > pathLength) return `allows only ${pathLength} authorities below it`;
  if (keyUsage !== null && (keyUsage & KEY_USAGE.keyCertSign) === 0) return 'may not sign certificates (keyUsage)';
  return null;
}

/** What forbids a server to use it, or null. */
export function serverProblem({ profile: { keyUsage } }: Candidate): string | null {
  const any = KEY_USAGE.digitalSignature | KEY_USAGE.keyEncipherment | KEY_USAGE.keyAgreement;
  return keyUsage !== null && (keyUsage & any) === 0 ? 'may not be used for TLS (keyUsage)' : null;
}

/** True when `issuer` signed `candidate`: names, key identifiers and the signature itself. */
export function isIssuedBy(candidate: Candidate, issuer: Candidate): boolean {
  try {
    return candidate.x509.checkIssued(issuer.x509) && candidate.x509.verify(issuer.x509.publicKey);
  } catch {
    // A key that does not suit the signature.
    return false;
  }
}

/** Name of a certificate in messages. */
export function subjectText({ facts }: Candidate): string {
  return formatName(facts.subject);
}

const RSA_BITS = 2048;
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1', 'brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1'];

function weakKey(x509: X509Certificate): string | null {
  let key: KeyObject;
  try {
    key = x509.publicKey;
  } catch {
    return 'has a public key that is not understood';
  }
  // Post-quantum types are newer than the type definitions.
  const type = (key.asymmetricKeyType ?? '') as string;
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (type === 'rsa' || type === 'rsa-pss') {
    return modulusLength < RSA_BITS ? `has a weak key (RSA of ${modulusLength} bits)` : null;
  }
  if (type === 'ec') return CURVES.includes(namedCurve) ? null : `has a key on the curve ${namedCurve}`;
  return /^(?:ed25519|ed448|ml-dsa-\d+)$/.test(type) ? null : `has a key of the type ${type}`;
}

function dateText(ms: number): string {
  return new Date(ms).toISOString();
}
