/**
 * Bytes a session keeps because they cannot go anywhere yet: the request while it is read, the ClientHello until it is
 * judged. One contiguous buffer, because parsers resume where they stopped and never see a seam.
 */
export class HeldBytes {
  #buffer: Uint8Array;
  #length = 0;

  constructor(initialBytes = 1024) {
    this.#buffer = new Uint8Array(initialBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** The underlying buffer; only the first `length` bytes mean anything, and only until the next `append`. */
  get buffer(): Uint8Array {
    return this.#buffer;
  }

  /** The bytes held, as a view; valid until the next `append`. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Copies `bytes` to the end. The caller keeps the limit: see `limits` in the configuration. */
  append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = needed;
  }
}
