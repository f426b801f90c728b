/**
 * A reading cursor over hostile bytes. A length prefix yields a sub-cursor, so nothing can read past the vector it is
 * in, and "everything consumed" is an explicit question. What is short throws `Truncated`, which every public parser
 * catches; it never leaves `src/tls`.
 */

export class Truncated extends Error {}

export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  /** Reads `bytes` from `start` up to `end`, both in bytes. Positions, not views: a view costs more than what it holds. */
  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  u8(): number {
    if (this.#at >= this.#end) throw new Truncated();
    return this.#bytes[this.#at++] ?? 0;
  }

  u16(): number {
    const at = this.#pass(2);
    return ((this.#bytes[at] ?? 0) << 8) | (this.#bytes[at + 1] ?? 0);
  }

  u24(): number {
    return (this.u8() << 16) | this.u16();
  }

  /** Passes over `length` bytes. */
  skip(length: number): void {
    this.#pass(length);
  }

  /** The next `length` bytes, as a view. */
  take(length: number): Uint8Array {
    const at = this.#pass(length);
    return this.#bytes.subarray(at, this.#at);
  }

  /** The next `length` bytes, as a copy. */
  copy(length: number): Uint8Array {
    const at = this.#pass(length);
    return this.#bytes.slice(at, this.#at);
  }

  /** A vector with a one-byte length (RFC 8446 section 3.4). */
  sub8(): Cursor {
    return this.#sub(this.u8());
  }

  sub16(): Cursor {
    return this.#sub(this.u16());
  }

  sub24(): Cursor {
    return this.#sub(this.u24());
  }

  rest(): Uint8Array {
    return this.take(this.left);
  }

  #sub(length: number): Cursor {
    const at = this.#pass(length);
    return new Cursor(this.#bytes, at, this.#at);
  }

  /** Where the next `length` bytes begin; goes on behind them. */
  #pass(length: number): number {
    const at = this.#at;
    if (this.#end - at < length) throw new Truncated();
    this.#at = at + length;
    return at;
  }
}
