import { MESSAGE_HEAD_BYTES, messageBytes } from './record.ts';

const NOTHING = new Uint8Array(0);

/** A handshake message that goes over several records, gathered piece by piece. Grows with what has come, not with what is announced. */
export class MessagePieces {
  #bytes = NOTHING;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Bytes of the whole message, or of its head while that is not there. */
  get wanted(): number {
    return this.#length < MESSAGE_HEAD_BYTES ? MESSAGE_HEAD_BYTES : messageBytes(this.#bytes, 0);
  }

  get isWhole(): boolean {
    return this.#length >= MESSAGE_HEAD_BYTES && this.#length === messageBytes(this.#bytes, 0);
  }

  /** Copies `part` to the end. */
  add(part: Uint8Array): void {
    const needed = this.#length + part.length;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(part, this.#length);
    this.#length = needed;
  }

  /** Hands the message over and begins anew. */
  take(): Uint8Array {
    const message = this.#bytes.subarray(0, this.#length);
    this.#bytes = NOTHING;
    this.#length = 0;
    return message;
  }
}
