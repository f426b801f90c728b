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

const EXTENSION_LIMIT = 64;

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
  while (list.left > 0) {
    const extension = readExtension(list.read(TAG.sequence, 'an extension'));
    for (const { type } of extensions) {
      // RFC 5280 section 4.2: not more than one of a kind; readers disagree on which would count.
      if (type === extension.type) throw new Misformed('an extension comes twice');
    }
    // A certificate has a dozen; the bound keeps the search above short.
    if (extensions.length === EXTENSION_LIMIT) throw new Misformed(`there are over ${EXTENSION_LIMIT} extensions`);
    extensions.push(extension);
  }
  return extensions;
}

function readExtension(extension: DerReader): Extension {
  const type = extensionType(extension.read(TAG.oid, 'an extension type'));
  const mark = extension.optional(TAG.boolean, 'the critical mark of an extension');
  const value = extension.read(TAG.octetString, 'the value of an extension');
  extension.done('an extension');
  return { type, critical: mark !== null && hasSetBit(mark), value };
}

/** Anything but zero is true: only DER in its strictest reading knows no true but 0xff. */
function hasSetBit(mark: DerReader): boolean {
  for (let index = 0; index < mark.left; index += 1) if (mark.peek(index) !== 0) return true;
  return false;
}

function extensionType(content: DerReader): string {
  const known = content.left === 3 && content.peek(0) === 0x55 && content.peek(1) === 0x1d;
  return (known ? ID_CE[content.peek(2)] : undefined) ?? hexText(content.rest());
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The types of RFC 5280 section 4.2.1, which nearly all extensions have. */
const ID_CE = HEX.map((last) => `551d${last}`);

/** "551d11" for the bytes 55 1d 11. */
export function hexText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte] ?? '';
  return text;
}
