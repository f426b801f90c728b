import type { CertificateParts } from './certificate-parts.ts';
import { readParts } from './certificate-parts.ts';
import type { DerReader } from './der.ts';
import { TAG, objectIdentifier } from './der.ts';
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

/** Tags of GeneralName. */
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;
/** 2.5.29.17 */
const SUBJECT_ALT_NAME = '551d11';

/** Reads one certificate that fills `der` to its last byte. Never throws; keeps no reference to `der`. */
export function readCertificate(der: Uint8Array): ReadCertificate {
  try {
    return { ok: true, certificate: decode(readParts(der)) };
  } catch (error) {
    if (error instanceof Misformed) return { ok: false, detail: error.detail };
    throw error;
  }
}

function decode({ subject, issuer, validity, extensions }: CertificateParts): Certificate {
  const names: AlternativeNames = { dnsNames: [], ipAddresses: [] };
  for (const { type, value } of extensions) if (type === SUBJECT_ALT_NAME) readAlternativeNames(value, names);
  const times = { notBeforeMs: readTime(validity), notAfterMs: readTime(validity) };
  validity.done('the validity');
  return { subject: readName(subject, 'the subject'), issuer: readName(issuer, 'the issuer'), ...times, ...names };
}

/** A Name (RFC 5280 section 4.1.2.4) from the content of its SEQUENCE. @throws Misformed */
export function readName(reader: DerReader, what: string): DistinguishedName {
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
