/**
 * A reading cursor over hostile bytes. A length prefix yields a sub-cursor, so nothing can read past the vector it is
 * in, and "everything consumed" is an explicit question. What is short throws `Truncated`, which every public parser
 * catches; it never leaves `src/tls`.
 */

export class Truncated extends Error {}

export class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    if (this.left < 1) throw new Truncated();
    return this.#bytes[this.#at++] ?? 0;
  }

  u16(): number {
    return (this.u8() << 8) | this.u8();
  }

  u24(): number {
    return (this.u16() << 8) | this.u8();
  }

  /** The next `length` bytes, as a view. */
  take(length: number): Uint8Array {
    if (this.left < length) throw new Truncated();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** A vector with a one-byte length (RFC 8446 section 3.4). */
  sub8(): Cursor {
    return new Cursor(this.take(this.u8()));
  }

  sub16(): Cursor {
    return new Cursor(this.take(this.u16()));
  }

  sub24(): Cursor {
    return new Cursor(this.take(this.u24()));
  }

  rest(): Uint8Array {
    return this.take(this.left);
  }
}
