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
  const isOwnIssuer = sameBytes(subject.whole, issuer.whole);
  const subjectName = readName(subject, SUBJECT);
  return { subject: subjectName, issuer: isOwnIssuer ? subjectName : readName(issuer, ISSUER), ...times, ...names };
}

/** How the parts of a name are called in refusals; made once, because names are read for every tunnel. */
export interface NameWords {
  readonly name: string;
  readonly part: string;
  readonly type: string;
  readonly value: string;
}

/** @param name e.g. "the subject" */
export function nameWords(name: string): NameWords {
  return { name, part: `a part of ${name}`, type: `an attribute type of ${name}`, value: `a value in ${name}` };
}

export const SUBJECT = nameWords('the subject');
export const ISSUER = nameWords('the issuer');

/** A Name (RFC 5280 section 4.1.2.4) from the content of its SEQUENCE. @throws Misformed */
export function readName(reader: DerReader, words: NameWords): DistinguishedName {
  const name: NameAttribute[][] = [];
  let attributes = 0;
  while (reader.left > 0) {
    const set = reader.read(TAG.set, words.part);
    const relative: NameAttribute[] = [];
    while (set.left > 0) {
      attributes += 1;
      if (attributes > NAME_ATTRIBUTES)
        throw new Misformed(`${words.name} has more than ${NAME_ATTRIBUTES} attributes`);
      relative.push(readAttribute(set.read(TAG.sequence, words.part), words));
    }
    if (relative.length === 0) throw new Misformed(`${words.part} is empty`);
    name.push(relative);
  }
  return name;
}

function readAttribute(reader: DerReader, words: NameWords): NameAttribute {
  const type = objectIdentifier(reader.read(TAG.oid, words.type).rest());
  if (reader.left > VALUE_BYTES) throw new Misformed(`${words.value} is longer than ${VALUE_BYTES} bytes`);
  const { value, encoded } = attributeValue(reader, words.value);
  reader.done(words.part);
  return { type, value, encoded };
}

/** RFC 5280 section 4.1.2.5: UTCTime until 2049, GeneralizedTime from then on, both in UTC and with seconds. */
function readTime(reader: DerReader): number {
  const short = reader.tag === TAG.utcTime;
  const content = reader.read(short ? TAG.utcTime : TAG.generalizedTime, 'a time of validity').rest();
  const pairs = digitPairs(content, short ? 6 : 7);
  if (pairs === null) throw new Misformed('a time of validity is not DER');
  if (short) pairs.unshift((pairs[0] ?? 0) < 50 ? 20 : 19);
  const [century = 0, rest = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = pairs;
  const time = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  // Set by itself: Date.UTC takes years below 100 for those of the last century.
  time.setUTCFullYear(century * 100 + rest, month - 1, day);
  const exists =
    time.getUTCMonth() === month - 1 && time.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!exists) throw new Misformed('a time of validity does not exist');
  return time.getTime();
}

/** The numbers of `count` pairs of digits with a Z behind them; null when it is anything else. */
function digitPairs(bytes: Uint8Array, count: number): number[] | null {
  if (bytes.length !== count * 2 + 1 || bytes[count * 2] !== 0x5a) return null;
  const pairs: number[] = [];
  for (let at = 0; at < count * 2; at += 2) {
    const [tens, ones] = [(bytes[at] ?? 0) - 0x30, (bytes[at + 1] ?? 0) - 0x30];
    if (tens < 0 || tens > 9 || ones < 0 || ones > 9) return null;
    pairs.push(tens * 10 + ones);
  }
  return pairs;
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
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
