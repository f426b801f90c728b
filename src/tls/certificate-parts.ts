import { DerReader, TAG } from './der.ts';
import { Misformed } from './misformed.ts';

/**
 * The outer form of an X.509 certificate (RFC 5280 section 4.1): its fields as readers of their content, not yet decoded.
 * Every length adds up, nothing is left over. Throws `Misformed`; for `src/tls` and `src/trust`, which catch it.
 */

export interface CertificateParts {
  /** Content of the signature's AlgorithmIdentifier. */
  readonly signatureAlgorithm: DerReader;
  readonly issuer: DerReader;
  readonly validity: DerReader;
  readonly subject: DerReader;
  /** In the order of the certificate, no type twice. */
  readonly extensions: readonly Extension[];
}

export interface Extension {
  /** Object identifier as hex of its content, e.g. "551d11" for subjectAltName. */
  readonly type: string;
  readonly critical: boolean;
  /** What is in the OCTET STRING. */
  readonly value: DerReader;
}

/** Tags of TBSCertificate. */
const VERSION = 0xa0;
const ISSUER_UNIQUE_ID = 0x81;
const SUBJECT_UNIQUE_ID = 0x82;
const EXTENSIONS = 0xa3;

/** @param der one certificate, to its last byte */
export function readParts(der: Uint8Array): CertificateParts {
  const outer = new DerReader(der);
  const certificate = outer.read(TAG.sequence, 'the certificate');
  outer.done('the certificate entry');
  const body = certificate.read(TAG.sequence, 'the certificate body');
  const signatureAlgorithm = certificate.read(TAG.sequence, 'the signature algorithm');
  certificate.read(TAG.bitString, 'the signature');
  certificate.done('the certificate');
  return { signatureAlgorithm, ...readBody(body) };
}

function readBody(body: DerReader): Omit<CertificateParts, 'signatureAlgorithm'> {
  body.optional(VERSION, 'the version')?.read(TAG.integer, 'the version');
  body.read(TAG.integer, 'the serial number');
  body.read(TAG.sequence, 'the signature algorithm');
  const issuer = body.read(TAG.sequence, 'the issuer');
  const validity = body.read(TAG.sequence, 'the validity');
  const subject = body.read(TAG.sequence, 'the subject');
  body.read(TAG.sequence, 'the public key');
  body.optional(ISSUER_UNIQUE_ID, 'the unique id');
  body.optional(SUBJECT_UNIQUE_ID, 'the unique id');
  const extensions = readExtensions(body.optional(EXTENSIONS, 'the extensions'));
  body.done('the certificate body');
  return { issuer, validity, subject, extensions };
}

function readExtensions(wrapped: DerReader | null): Extension[] {
  const extensions: Extension[] = [];
  if (wrapped === null) return extensions;
  const list = wrapped.read(TAG.sequence, 'the extensions');
  wrapped.done('the extensions');
  const seen = new Set<string>();
  while (list.left > 0) {
    const extension = readExtension(list.read(TAG.sequence, 'an extension'));
    // RFC 5280 section 4.2: not more than one of a kind; readers disagree on which would count.
    if (seen.has(extension.type)) throw new Misformed('an extension comes twice');
    seen.add(extension.type);
    extensions.push(extension);
  }
  return extensions;
}

function readExtension(extension: DerReader): Extension {
  const type = hexText(extension.read(TAG.oid, 'an extension type').rest());
  const mark = extension.optional(TAG.boolean, 'the critical mark of an extension')?.rest();
  const value = extension.read(TAG.octetString, 'the value of an extension');
  extension.done('an extension');
  return { type, critical: mark?.some((byte) => byte !== 0) ?? false, value };
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** "551d11" for the bytes 55 1d 11. */
export function hexText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte] ?? '';
  return text;
}
