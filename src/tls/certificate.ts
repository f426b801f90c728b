import { DerReader, TAG, objectIdentifier } from './der.ts';
import { decodeString } from './der-string.ts';
import type { DistinguishedName, NameAttribute } from './distinguished-name.ts';
import { attributeValue } from './distinguished-name-text.ts';
import { Misformed } from './misformed.ts';

/**
 * X.509 certificates (RFC 5280 section 4.1) → facts: names and validity, what policy and the log ask about. Signatures are
 * not checked here: for a client's certificate that is the destination's task, for a server's see `src/trust`.
 */

export interface Certificate {
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** Unix time in milliseconds. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** dNSName entries of subjectAltName as they stand, e.g. "*.ods.opinsights.azure.com". */
  readonly dnsNames: readonly string[];
  /** iPAddress entries of subjectAltName, 4 or 16 bytes each. */
  readonly ipAddresses: readonly Uint8Array[];
}

export type ReadCertificate =
  { readonly ok: true; readonly certificate: Certificate } | { readonly ok: false; readonly detail: string };

/** What a name may hold; agents' names have 4 attributes of up to 40 bytes (RFC 5280 appendix A: a CN has 64 characters). */
const NAME_ATTRIBUTES = 64;
const VALUE_BYTES = 4096;

/** Context-specific tags of TBSCertificate and of GeneralName. */
const VERSION = 0xa0;
const ISSUER_UNIQUE_ID = 0x81;
const SUBJECT_UNIQUE_ID = 0x82;
const EXTENSIONS = 0xa3;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;
/** 2.5.29.17 */
const SUBJECT_ALT_NAME = '551d11';

/** Reads one certificate that fills `der` to its last byte. Never throws; keeps no reference to `der`. */
export function readCertificate(der: Uint8Array): ReadCertificate {
  try {
    const outer = new DerReader(der);
    const certificate = outer.read(TAG.sequence, 'the certificate');
    outer.done('the certificate message entry');
    const facts = readBody(certificate.read(TAG.sequence, 'the certificate body'));
    certificate.read(TAG.sequence, 'the signature algorithm');
    certificate.read(TAG.bitString, 'the signature');
    certificate.done('the certificate');
    return { ok: true, certificate: facts };
  } catch (error) {
    if (error instanceof Misformed) return { ok: false, detail: error.detail };
    throw error;
  }
}

function readBody(body: DerReader): Certificate {
  body.optional(VERSION, 'the version')?.read(TAG.integer, 'the version');
  body.read(TAG.integer, 'the serial number');
  body.read(TAG.sequence, 'the signature algorithm');
  const issuer = readName(body.read(TAG.sequence, 'the issuer'), 'the issuer');
  const validity = body.read(TAG.sequence, 'the validity');
  const notBeforeMs = readTime(validity);
  const notAfterMs = readTime(validity);
  validity.done('the validity');
  const subject = readName(body.read(TAG.sequence, 'the subject'), 'the subject');
  body.read(TAG.sequence, 'the public key');
  body.optional(ISSUER_UNIQUE_ID, 'the unique id');
  body.optional(SUBJECT_UNIQUE_ID, 'the unique id');
  const names = readExtensions(body.optional(EXTENSIONS, 'the extensions'));
  body.done('the certificate body');
  return { subject, issuer, notBeforeMs, notAfterMs, ...names };
}

function readName(reader: DerReader, what: string): DistinguishedName {
  const name: NameAttribute[][] = [];
  let attributes = 0;
  while (reader.left > 0) {
    const set = reader.read(TAG.set, `a part of ${what}`);
    const relative: NameAttribute[] = [];
    while (set.left > 0) {
      attributes += 1;
      if (attributes > NAME_ATTRIBUTES) throw new Misformed(`${what} has more than ${NAME_ATTRIBUTES} attributes`);
      relative.push(readAttribute(set.read(TAG.sequence, `a part of ${what}`), what));
    }
    if (relative.length === 0) throw new Misformed(`a part of ${what} is empty`);
    name.push(relative);
  }
  return name;
}

function readAttribute(reader: DerReader, what: string): NameAttribute {
  const type = objectIdentifier(reader.read(TAG.oid, `an attribute type of ${what}`).rest());
  if (reader.left > VALUE_BYTES) throw new Misformed(`a value in ${what} is longer than ${VALUE_BYTES} bytes`);
  const { value, encoded } = attributeValue(reader, `a value in ${what}`);
  reader.done(`a part of ${what}`);
  return { type, value, encoded };
}

/** RFC 5280 section 4.1.2.5: UTCTime until 2049, GeneralizedTime from then on, both in UTC and with seconds. */
function readTime(reader: DerReader): number {
  const short = reader.tag === TAG.utcTime;
  const content = reader.read(short ? TAG.utcTime : TAG.generalizedTime, 'a time of validity').rest();
  const digits = String.fromCharCode(...content.subarray(0, 15));
  const form = short ? /^\d{12}Z$/ : /^\d{14}Z$/;
  if (content.length > 15 || !form.test(digits)) throw new Misformed('a time of validity is not DER');
  const full = short ? `${digits < '5' ? '20' : '19'}${digits}` : digits;
  const [, year = '', ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(full) ?? [];
  const [month = '', day = '', hour = '', minute = '', second = ''] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(time)) throw new Misformed('a time of validity does not exist');
  return time;
}

interface AlternativeNames {
  readonly dnsNames: string[];
  readonly ipAddresses: Uint8Array[];
}

function readExtensions(wrapped: DerReader | null): AlternativeNames {
  const names: AlternativeNames = { dnsNames: [], ipAddresses: [] };
  if (wrapped === null) return names;
  const extensions = wrapped.read(TAG.sequence, 'the extensions');
  wrapped.done('the extensions');
  const seen = new Set<string>();
  while (extensions.left > 0) {
    const extension = extensions.read(TAG.sequence, 'an extension');
    const type = hex(extension.read(TAG.oid, 'an extension type').rest());
    // RFC 5280 section 4.2: not more than one of a kind; readers disagree on which would count.
    if (seen.has(type)) throw new Misformed('an extension comes twice');
    seen.add(type);
    extension.optional(TAG.boolean, 'the critical mark of an extension');
    const value = extension.read(TAG.octetString, 'the value of an extension');
    extension.done('an extension');
    if (type === SUBJECT_ALT_NAME) readAlternativeNames(value, names);
  }
  return names;
}

/** RFC 5280 section 4.2.1.6; other kinds of names are skipped. */
function readAlternativeNames(value: DerReader, { dnsNames, ipAddresses }: AlternativeNames): void {
  const list = value.read(TAG.sequence, 'subjectAltName');
  value.done('subjectAltName');
  while (list.left > 0) {
    const { tag } = list;
    const content = list.next('a name in subjectAltName').rest();
    if (tag === DNS_NAME) {
      if (content.length > VALUE_BYTES) throw new Misformed('a DNS name in subjectAltName is too long');
      dnsNames.push(decodeString(TAG.ia5String, content, 'a DNS name in subjectAltName'));
    } else if (tag === IP_ADDRESS) {
      if (content.length !== 4 && content.length !== 16) {
        throw new Misformed('an IP address in subjectAltName does not have 4 or 16 bytes');
      }
      ipAddresses.push(content.slice());
    }
  }
}

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}
