import { TAG } from './der.ts';
import { latin1Text } from './latin1.ts';
import { Misformed } from './misformed.ts';

/**
 * The character strings of names (X.680 section 41, RFC 5280 section 4.1.2.4), decoded strictly: what is not text in its
 * type's alphabet is refused, because two readings of one name are a way around whoever compares it. Lengths are bounded by
 * whoever calls.
 */

type Decode = (bytes: Uint8Array) => string | null;

// `ignoreBOM` keeps a byte order mark in the text instead of dropping it silently.
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** PrintableString with "*" and "&", which certificates in the wild carry in it. */
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?*&]*$/;

const DECODERS: Readonly<Record<number, Decode>> = {
  [TAG.utf8String]: utf8,
  [TAG.printableString]: (bytes) => within(bytes, PRINTABLE),
  [TAG.numericString]: (bytes) => within(bytes, /^[0-9 ]*$/),
  [TAG.visibleString]: (bytes) => within(bytes, /^[ -~]*$/),
  [TAG.ia5String]: (bytes) => within(bytes, /^[\x00-\x7f]*$/),
  // Every implementation that reads T.61 at all reads it as Latin-1, without its control characters.
  [TAG.t61String]: (bytes) => within(bytes, /^[ -~\u00a0-\u00ff]*$/),
  [TAG.bmpString]: (bytes) => codePoints(bytes, 2),
  [TAG.universalString]: (bytes) => codePoints(bytes, 4),
};

/** True when a value of this tag is a character string. */
export function isStringTag(tag: number): boolean {
  return DECODERS[tag] !== undefined;
}

/** The text of a string's content. @throws Misformed when it is none, or not in the alphabet of its type */
export function decodeString(tag: number, bytes: Uint8Array, what: string): string {
  const decode = DECODERS[tag];
  const text = decode === undefined ? null : decode(bytes);
  if (text === null) throw new Misformed(`${what} is not valid text of its type`);
  return text;
}

function utf8(bytes: Uint8Array): string | null {
  for (const byte of bytes) if (byte >= 0x80) return beyondAscii(bytes);
  return latin1Text(bytes);
}

function beyondAscii(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}

function within(bytes: Uint8Array, alphabet: RegExp): string | null {
  const text = latin1Text(bytes);
  return alphabet.test(text) ? text : null;
}

/** Big-endian code points of 2 or 4 bytes; surrogates are no characters. */
function codePoints(bytes: Uint8Array, width: number): string | null {
  if (bytes.length % width !== 0) return null;
  let text = '';
  for (let at = 0; at < bytes.length; at += width) {
    let point = 0;
    for (let index = 0; index < width; index += 1) point = point * 0x100 + (bytes[at + index] ?? 0);
    if (point > 0x10_ffff || (point >= 0xd800 && point <= 0xdfff)) return null;
    text += String.fromCodePoint(point);
  }
  return text;
}
