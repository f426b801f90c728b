import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';

/**
 * Bytes that tell where they are: a block of random bytes, repeated. Both ends know it, so every received byte is
 * compared with the one that was sent, in place and order.
 */

/** A prime, so that no buffer size hides a shift by a whole buffer. */
const BLOCK_BYTES = 1_048_573;
const block = randomBytes(BLOCK_BYTES);
const WRITE_BYTES = 65_536;

/** Bytes of the stream from `at` on, `length` at most. */
function piece(at: number, length: number): Buffer {
  const from = at % BLOCK_BYTES;
  return block.subarray(from, Math.min(BLOCK_BYTES, from + length));
}

/** What no fault excuses. */
export class WrongByte extends Error {}

/** Compares what arrives with the stream that begins at `offset`. */
export class PatternReader {
  readonly #offset: number;
  received = 0;

  constructor(offset: number) {
    this.#offset = offset;
  }

  /** @throws WrongByte that says where, at the first byte that is another one */
  take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      const expected = piece(this.#offset + this.received, chunk.length - at);
      const got = chunk.subarray(at, at + expected.length);
      if (!got.equals(expected)) throw new WrongByte(`a wrong byte behind byte ${this.received}`);
      at += got.length;
      this.received += got.length;
    }
  }
}

/** Writes `length` bytes of the stream that begins at `offset`, as fast as they are taken; then calls `done`. */
export function writePattern(socket: Socket, offset: number, length: number, done: () => void): void {
  let sent = 0;
  const write = (): void => {
    while (sent < length) {
      if (socket.destroyed) return;
      const bytes = piece(offset + sent, Math.min(WRITE_BYTES, length - sent));
      sent += bytes.length;
      if (!socket.write(bytes)) {
        socket.once('drain', write);
        return;
      }
    }
    done();
  };
  write();
}
