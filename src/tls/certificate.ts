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
  const isOwnIssuer = subject.isSameElement(issuer);
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
  const type = objectIdentifier(reader.read(TAG.oid, words.type));
  if (reader.left > VALUE_BYTES) throw new Misformed(`${words.value} is longer than ${VALUE_BYTES} bytes`);
  const { value, encoded } = attributeValue(reader, words.value);
  reader.done(words.part);
  return { type, value, encoded };
}

/** RFC 5280 section 4.1.2.5: UTCTime until 2049, GeneralizedTime from then on, both in UTC and with seconds. */
function readTime(reader: DerReader): number {
  const short = reader.tag === TAG.utcTime;
  const content = reader.read(short ? TAG.utcTime : TAG.generalizedTime, 'a time of validity');
  const head = short ? 0 : 2;
  if (content.left !== head + 13 || content.peek(head + 12) !== LETTER_Z) throw notATime();
  const shortYear = digitPair(content, head);
  const century = short ? (shortYear < 50 ? 20 : 19) : digitPair(content, 0);
  const year = century * 100 + shortYear;
  const month = digitPair(content, head + 2);
  const day = digitPair(content, head + 4);
  const hour = digitPair(content, head + 6);
  const minute = digitPair(content, head + 8);
  const second = digitPair(content, head + 10);
  const exists = day >= 1 && day <= daysOfMonth(year, month) && hour < 24 && minute < 60 && second < 60;
  if (!exists) throw new Misformed('a time of validity does not exist');
  // Date.UTC takes years below 100 for those of the last century; the calendar repeats every 400 years.
  return Date.UTC(year + 400, month - 1, day, hour, minute, second) - CYCLE_MS;
}

const LETTER_Z = 0x5a;
/** 400 years of the Gregorian calendar. */
const CYCLE_MS = 146_097 * 86_400_000;

/** The number that the two digits at `index` make. */
function digitPair(content: DerReader, index: number): number {
  const tens = content.peek(index) - 0x30;
  const ones = content.peek(index + 1) - 0x30;
  if (tens < 0 || tens > 9 || ones < 0 || ones > 9) throw notATime();
  return tens * 10 + ones;
}

function notATime(): Misformed {
  return new Misformed('a time of validity is not DER');
}

/** 0 for a month that does not exist. */
function daysOfMonth(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (MONTH_DAYS[month] ?? 0);
}

const MONTH_DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

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
