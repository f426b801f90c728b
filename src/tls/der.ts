import { Misformed } from './misformed.ts';

/**
 * A reading cursor over DER (X.690): tag, length, content. Each element yields a reader of its own, so nothing can read
 * past the element it is in. Lengths are strict: definite, in the fewest bytes, inside what surrounds them. What does not
 * fit throws `Misformed`, which every public parser catches; it never leaves `src/tls`.
 */

/** Identifier octets (X.690 section 8.1.2) as certificates use them; tags above 30 do not occur there. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

const HIGH_TAG = 0x1f;
/** No length here takes more: three bytes count 16 MB, the most that `limits.handshakeBytes` can be. */
const LENGTH_BYTES = 3;

export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  /** Where the element begins of which this reader is the content. */
  readonly #head: number;
  #at: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length, head = start) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#head = head;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  /** The tag of the next element, or -1 at the end. */
  get tag(): number {
    return this.left === 0 ? -1 : (this.#bytes[this.#at] ?? -1);
  }

  /** The content of the next element, which has to be of this tag. @param what its name in a refusal */
  read(tag: number, what: string): DerReader {
    if (this.tag !== tag) throw new Misformed(`${what} is missing or of another type`);
    return this.next(what);
  }

  /** The content of the next element if it is of this tag, else null. */
  optional(tag: number, what: string): DerReader | null {
    return this.tag === tag ? this.next(what) : null;
  }

  /** The content of the next element, whatever it is. */
  next(what: string): DerReader {
    const start = this.#at;
    const tag = this.#byte(what);
    if ((tag & HIGH_TAG) === HIGH_TAG) throw new Misformed(`${what} has a tag that certificates do not use`);
    const length = this.#length(what);
    if (length > this.left) throw new Misformed(`${what} is longer than what it is in`);
    const content = new DerReader(this.#bytes, this.#at, this.#at + length, start);
    this.#at += length;
    return content;
  }

  /** Tag, length and content of the element this reader was made of, as a view. */
  get whole(): Uint8Array {
    return this.#bytes.subarray(this.#head, this.#end);
  }

  /** Whether the elements that both readers were made of are the same, byte for byte. */
  isSameElement(other: DerReader): boolean {
    const length = this.#end - this.#head;
    if (length !== other.#end - other.#head) return false;
    for (let index = 0; index < length; index += 1) {
      if (this.#bytes[this.#head + index] !== other.#bytes[other.#head + index]) return false;
    }
    return true;
  }

  /** The byte `index` bytes on, or -1 behind the end. Looked at in place: a view costs more than what it holds. */
  peek(index: number): number {
    return index < this.left ? (this.#bytes[this.#at + index] ?? -1) : -1;
  }

  /** What is left, as a view; the reader is at its end afterwards. */
  rest(): Uint8Array {
    const start = this.#at;
    this.#at = this.#end;
    return this.#bytes.subarray(start, this.#end);
  }

  /** @throws Misformed when something is left over */
  done(what: string): void {
    if (this.left > 0) throw new Misformed(`bytes are left over in ${what}`);
  }

  #length(what: string): number {
    const first = this.#byte(what);
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || count > LENGTH_BYTES) throw new Misformed(`the length of ${what} is not DER`);
    let length = 0;
    for (let index = 0; index < count; index += 1) length = (length << 8) | this.#byte(what);
    const fewest = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x1_0000 ? 2 : 3;
    if (count !== fewest) throw new Misformed(`the length of ${what} is not DER`);
    return length;
  }

  #byte(what: string): number {
    if (this.left === 0) throw new Misformed(`${what} is cut off`);
    return this.#bytes[this.#at++] ?? 0;
  }
}

/** Attribute types of X.520, which nearly all names are made of. */
const X520 = Array.from({ length: 0x80 }, (_, type) => `2.5.4.${type}`);

/** The dotted text of an object identifier from its content (X.690 section 8.19). @throws Misformed */
export function objectIdentifier(content: DerReader): string {
  const length = content.left;
  if (length === 3 && content.peek(0) === 0x55 && content.peek(1) === 0x04) {
    const known = X520[content.peek(2)];
    if (known !== undefined) return known;
  }
  if (length === 0) throw new Misformed('an object identifier is empty');
  const arcs: number[] = [];
  let arc = 0;
  let begun = false;
  for (let index = 0; index < length; index += 1) {
    const byte = content.peek(index);
    if (!begun && byte === 0x80) throw new Misformed('an object identifier is not DER');
    if (arc > Number.MAX_SAFE_INTEGER / 0x100)
      throw new Misformed('an object identifier has a number that is too large');
    arc = arc * 0x80 + (byte & 0x7f);
    begun = byte >= 0x80;
    if (begun) continue;
    arcs.push(arc);
    arc = 0;
  }
  if (begun) throw new Misformed('an object identifier is cut off');
  const [head = 0, ...tail] = arcs;
  const root = Math.min(2, Math.floor(head / 40));
  return [root, head - root * 40, ...tail].join('.');
}
