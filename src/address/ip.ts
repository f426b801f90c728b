import ipaddr from 'ipaddr.js';

/**
 * IP addresses as bytes. Text is read once and judged never: two spellings of one address are one address here
 * (CVE-2024-29415 is what happens otherwise).
 */

/** An address in network byte order: 4 bytes (IPv4) or 16 bytes (IPv6, never IPv4-mapped; those become IPv4). */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
  /** Canonical text: dotted decimal, or RFC 5952. */
  readonly text: string;
}

/** A block of addresses of one family: the first `prefixBits` bits of `bytes`. */
export interface IpRange {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
  readonly prefixBits: number;
}

const MAPPED_PREFIX_BITS = 96;

/** Reads an address in its strict textual form: four decimal parts, or RFC 4291 without a zone. Null when it is none. */
export function parseIp(text: string): IpAddress | null {
  if (text.length > MAX_TEXT) return null;
  // Asked first, because the library finds out about anything else by throwing: 20 µs for each host name of a list.
  if (FOUR_PARTS.test(text) && ipaddr.IPv4.isValidFourPartDecimal(text))
    return ipFromBytes(ipaddr.IPv4.parse(text).toByteArray());
  const hex = text.includes(':') ? withoutDottedTail(text) : null;
  if (hex === null || !HEX_GROUPS.test(hex) || !ipaddr.IPv6.isValid(hex)) return null;
  return ipFromBytes(ipaddr.IPv6.parse(hex).toByteArray());
}

/** Makes an address of 4 or 16 bytes in network order; an IPv4-mapped IPv6 address becomes IPv4. */
export function ipFromBytes(bytes: Uint8Array | readonly number[]): IpAddress {
  const copy = Uint8Array.from(bytes);
  if (copy.length === 4) return { family: 4, bytes: copy, text: copy.join('.') };
  if (copy.length !== 16) throw new RangeError(`an IP address has 4 or 16 bytes, not ${copy.length}`);
  if (isMapped(copy)) return ipFromBytes(copy.subarray(12));
  return { family: 6, bytes: copy, text: new ipaddr.IPv6([...copy]).toRFC5952String() };
}

/** Reads "10.0.0.0/8", "fe80::/10" or a bare address (a range of one). Null when it is none of them. */
export function parseCidr(text: string): IpRange | null {
  const slash = text.indexOf('/');
  const address = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (address === null) return null;
  if (slash < 0) return { family: address.family, bytes: address.bytes, prefixBits: address.bytes.length * 8 };
  const bitsText = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(bitsText)) return null;
  let bits = Number(bitsText);
  // "::ffff:10.0.0.0/104" is written in IPv6 bits but means an IPv4 range.
  if (address.family === 4 && text.includes(':')) bits -= MAPPED_PREFIX_BITS;
  if (bits < 0 || bits > address.bytes.length * 8) return null;
  return { family: address.family, bytes: address.bytes, prefixBits: bits };
}

export function rangeContains(range: IpRange, ip: IpAddress): boolean {
  return range.family === ip.family && hasPrefix(ip.bytes, range.bytes, range.prefixBits);
}

/** True for an address that only this machine can reach (RFC 6890: 127/8; RFC 4291 section 2.5.3: ::1). */
export function isLoopback(ip: IpAddress): boolean {
  return ip.family === 4 ? ip.bytes[0] === 127 : ip.text === '::1';
}

const FOUR_PARTS = /^\d{1,3}(?:\.\d{1,3}){3}$/;
/** The longest text form: eight groups, the last two as dotted decimal. */
const MAX_TEXT = 45;
/** Groups of one to four digits, no zone; the library would take longer groups with leading zeros. */
const HEX_GROUPS = /^(?!.*[0-9a-f]{5})[0-9a-f:]+$/i;

/**
 * Writes a dotted decimal tail (RFC 4291 section 2.2, item 3) as two groups, because the library would take ::1.2.3.4
 * for ::ffff:1.2.3.4 and leading zeros with it. Null when there is a tail that is not strict dotted decimal.
 */
function withoutDottedTail(text: string): string | null {
  if (!text.includes('.')) return text;
  const start = text.lastIndexOf(':') + 1;
  const tail = text.slice(start);
  if (!ipaddr.IPv4.isValidFourPartDecimal(tail)) return null;
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.parse(tail).toByteArray();
  return `${text.slice(0, start)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function hasPrefix(bytes: Uint8Array, prefix: Uint8Array, bits: number): boolean {
  const whole = bits >> 3;
  for (let index = 0; index < whole; index += 1) if (bytes[index] !== prefix[index]) return false;
  const rest = bits & 7;
  if (rest === 0) return true;
  const mask = 0xff << (8 - rest);
  return (((bytes[whole] ?? 0) ^ (prefix[whole] ?? 0)) & mask & 0xff) === 0;
}

function isMapped(bytes: Uint8Array): boolean {
  for (let index = 0; index < 10; index += 1) if (bytes[index] !== 0) return false;
  return bytes[10] === 0xff && bytes[11] === 0xff;
}
