/**
 * Bytes a session keeps because they cannot go anywhere yet: the request while it is read, the ClientHello until it is
 * judged. One contiguous buffer, because parsers resume where they stopped and never see a seam.
 */
const NOTHING = new Uint8Array(0);
/** Memory taken at first; most sessions are judged from the chunk that came and hold nothing. */
const FIRST_BYTES = 1024;

export class HeldBytes {
  #buffer: Uint8Array = NOTHING;
  #length = 0;

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
    if (bytes.length === 0) return;
    const needed = this.#length + bytes.length;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2, FIRST_BYTES));
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = needed;
  }
}
