import { attributeType } from './attribute-types.ts';
import { hexText } from './certificate-parts.ts';
import { DerReader } from './der.ts';
import { decodeString, isStringTag } from './der-string.ts';
import type { DistinguishedName, NameAttribute } from './distinguished-name.ts';
import { Misformed } from './misformed.ts';

/**
 * RFC 4514 text → a distinguished name, in the spellings that tools print: `CN=a,O=b` in either order, with spaces around
 * commas and equal signs (OpenSSL), values in quotes (RFC 2253), `S` for `ST` (Windows).
 */

export type ParsedName =
  | { readonly ok: true; readonly name: DistinguishedName }
  /** `detail` says what is wrong and what would be right. */
  | { readonly ok: false; readonly detail: string };

const EXAMPLE = 'expected one like "CN=Hybrid Runbook Worker,OU=Azure Automation,O=Microsoft Corporation"';

/** Reads a name; never throws. The order of attributes is kept; `nameKey` makes names comparable. */
export function parseName(text: string): ParsedName {
  try {
    return { ok: true, name: new NameText(text).read() };
  } catch (error) {
    if (error instanceof Misformed) return { ok: false, detail: `${error.detail}; ${EXAMPLE}` };
    throw error;
  }
}

class NameText {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): DistinguishedName {
    const name: NameAttribute[][] = [];
    let relative: NameAttribute[] = [];
    for (;;) {
      relative.push(this.#attribute());
      const separator = this.#text[this.#at++];
      if (separator === '+') continue;
      name.push(relative);
      relative = [];
      if (separator === undefined) return name;
    }
  }

  #attribute(): NameAttribute {
    const equals = this.#text.indexOf('=', this.#at);
    const written = this.#text.slice(this.#at, equals < 0 ? undefined : equals).trim();
    if (equals < 0) throw new Misformed(`has no "=" behind "${written}"`);
    const type = attributeType(written);
    if (type === null) throw new Misformed(`has the unknown attribute type "${written}"`);
    this.#at = equals + 1;
    this.#skipSpaces();
    const value = this.#value(written);
    this.#skipSpaces();
    if (this.#at < this.#text.length && !/[,;+]/.test(this.#text[this.#at] ?? '')) {
      throw new Misformed(`has something behind the quoted value of ${written}`);
    }
    return { type, ...value };
  }

  #value(type: string): Omit<NameAttribute, 'type'> {
    if (this.#text[this.#at] === '#') return this.#hexValue(type);
    const quoted = this.#text[this.#at] === '"';
    if (quoted) this.#at += 1;
    const value = new ValueText();
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined || (!quoted && /[,;+]/.test(character))) break;
      this.#at += 1;
      if (quoted && character === '"') return { value: value.end(type), encoded: false };
      if (character === '\\') this.#escaped(value);
      else value.add(character);
    }
    if (quoted) throw new Misformed(`has no closing quote in ${type}`);
    return { value: value.endTrimmed(type), encoded: false };
  }

  /** A backslash and two hex digits are a byte of UTF-8; before any other special character it takes its meaning away. */
  #escaped(value: ValueText): void {
    const pair = this.#text.slice(this.#at, this.#at + 2);
    if (/^[0-9a-f]{2}$/i.test(pair)) {
      value.addByte(Number.parseInt(pair, 16));
      this.#at += 2;
      return;
    }
    const character = this.#text[this.#at++];
    if (character === undefined || !/[ "#+,;<=>\\]/.test(character)) {
      throw new Misformed('has a backslash that escapes nothing; write two for one');
    }
    value.addLiteral(character);
  }

  #hexValue(type: string): Omit<NameAttribute, 'type'> {
    const digits = /^(?:[0-9a-f]{2})+/i.exec(this.#text.slice(this.#at + 1))?.[0];
    if (digits === undefined) throw new Misformed(`has "#" without hex digits in ${type}`);
    this.#at += 1 + digits.length;
    return readValue(
      Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
      type,
    );
  }

  #skipSpaces(): void {
    while (this.#text[this.#at] === ' ') this.#at += 1;
  }
}

/** One attribute value in DER: its text, or the bytes themselves where it is no character string. @throws Misformed */
function readValue(bytes: Uint8Array, what: string): Omit<NameAttribute, 'type'> {
  const reader = new DerReader(bytes);
  const value = attributeValue(reader, what);
  reader.done(what);
  return value;
}

/** The next element of `reader` as an attribute value. @throws Misformed */
export function attributeValue(reader: DerReader, what: string): Omit<NameAttribute, 'type'> {
  const { tag } = reader;
  const content = reader.next(what);
  if (isStringTag(tag)) return { value: decodeString(tag, content.rest(), what), encoded: false };
  return { value: `#${hexText(content.whole)}`, encoded: true };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A value as it grows: characters, and runs of escaped bytes that have to be UTF-8. */
class ValueText {
  #text = '';
  #bytes: number[] = [];
  /** Length of the text that trailing spaces may not be cut from. */
  #kept = 0;

  add(character: string): void {
    this.#flush();
    this.#text += character;
  }

  addLiteral(character: string): void {
    this.add(character);
    this.#kept = this.#text.length;
  }

  addByte(byte: number): void {
    this.#bytes.push(byte);
  }

  end(type: string): string {
    this.#flush();
    if (this.#text === '') throw new Misformed(`has no value for ${type}`);
    return this.#text;
  }

  endTrimmed(type: string): string {
    this.#flush();
    const tail = this.#text.slice(this.#kept).replace(/ +$/, '');
    this.#text = this.#text.slice(0, this.#kept) + tail;
    return this.end(type);
  }

  #flush(): void {
    if (this.#bytes.length === 0) return;
    try {
      this.#text += UTF8.decode(Uint8Array.from(this.#bytes));
    } catch {
      throw new Misformed('has escaped bytes that are not UTF-8');
    }
    this.#bytes = [];
    this.#kept = this.#text.length;
  }
}
