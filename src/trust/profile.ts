import { ISSUER, SUBJECT, readName } from '../tls/certificate.ts';
import { hexText, readParts } from '../tls/certificate-parts.ts';
import type { DerReader } from '../tls/der.ts';
import { TAG } from '../tls/der.ts';
import type { DistinguishedName } from '../tls/distinguished-name.ts';
import type { NameConstraints } from './name-constraints.ts';
import { readNameConstraints } from './name-constraints.ts';
import { weakSignature } from './signature-algorithm.ts';

/** What a certificate may be used for (RFC 5280 section 4.2): the fields that chain verification asks about. */
export interface Profile {
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** Name of the signature algorithm when it does not count, else null. */
  readonly weakSignature: string | null;
  /** Null when the extension is absent, as in version 1. `pathLength`: how many authorities may stand below; null: any. */
  readonly authority: { readonly isAuthority: boolean; readonly pathLength: number | null } | null;
  /** KeyUsage bits, digitalSignature first, or null when absent: then every use is allowed. */
  readonly keyUsage: number | null;
  /** False when extendedKeyUsage is there and allows no TLS server. */
  readonly servesTls: boolean;
  readonly nameConstraints: NameConstraints | null;
  /** Critical extensions nobody here understands, as hex of their type: RFC 5280 says to refuse then. */
  readonly unknownCritical: readonly string[];
}

/** Bits of `keyUsage`. */
export const KEY_USAGE = {
  digitalSignature: 0x80,
  keyEncipherment: 0x20,
  keyAgreement: 0x08,
  keyCertSign: 0x04,
} as const;

const KEY_USAGE_TYPE = '551d0f';
const SUBJECT_ALT_NAME = '551d11';
const BASIC_CONSTRAINTS = '551d13';
const NAME_CONSTRAINTS = '551d1e';
const EXTENDED_KEY_USAGE = '551d25';
/** certificatePolicies, policyMappings, policyConstraints, inhibitAnyPolicy: no policy is asked for, so they ask nothing. */
const POLICIES = ['551d20', '551d21', '551d24', '551d36'];
const KNOWN = new Set([
  ...[KEY_USAGE_TYPE, SUBJECT_ALT_NAME, BASIC_CONSTRAINTS, NAME_CONSTRAINTS, EXTENDED_KEY_USAGE],
  ...POLICIES,
]);
/** id-kp-serverAuth and anyExtendedKeyUsage as bytes of their object identifiers. */
const SERVER_AUTH = '2b06010505070301';
const ANY_USE = '551d2500';

/** @throws Misformed */
export function readProfile(der: Uint8Array): Profile {
  const parts = readParts(der);
  const values = new Map(parts.extensions.map(({ type, value }) => [type, value]));
  const constraints = values.get(NAME_CONSTRAINTS);
  const use = values.get(EXTENDED_KEY_USAGE);
  return {
    subject: readName(parts.subject, SUBJECT),
    issuer: readName(parts.issuer, ISSUER),
    weakSignature: weakSignature(parts.signatureAlgorithm),
    authority: readAuthority(values.get(BASIC_CONSTRAINTS)),
    keyUsage: readKeyUsage(values.get(KEY_USAGE_TYPE)),
    servesTls: use === undefined || readsServerAuth(use),
    nameConstraints: constraints === undefined ? null : readNameConstraints(constraints),
    unknownCritical: parts.extensions
      .filter(({ type, critical }) => critical && !KNOWN.has(type))
      .map(({ type }) => type),
  };
}

function readAuthority(value: DerReader | undefined): Profile['authority'] {
  if (value === undefined) return null;
  const constraints = value.read(TAG.sequence, 'basicConstraints');
  const mark = constraints.optional(TAG.boolean, 'basicConstraints')?.rest();
  const length = constraints.optional(TAG.integer, 'the path length')?.rest();
  constraints.done('basicConstraints');
  const isAuthority = mark?.some((byte) => byte !== 0) ?? false;
  // Longer than a byte, or negative, is a length nobody means.
  const pathLength =
    length === undefined ? null : length.length === 1 && (length[0] ?? 0) < 0x80 ? (length[0] ?? 0) : 0;
  return { isAuthority, pathLength };
}

function readKeyUsage(value: DerReader | undefined): number | null {
  // The first byte counts unused bits; what stands behind the second byte (decipherOnly) matters to nobody here.
  return value === undefined ? null : (value.read(TAG.bitString, 'keyUsage').rest()[1] ?? 0);
}

function readsServerAuth(value: DerReader): boolean {
  const list = value.read(TAG.sequence, 'extendedKeyUsage');
  let serves = false;
  while (list.left > 0) {
    const type = hexText(list.read(TAG.oid, 'a use of the key').rest());
    serves ||= type === SERVER_AUTH || type === ANY_USE;
  }
  return serves;
}
