import { pseudoRandom, record } from './bytes.ts';

/**
 * What bulk transfers carry: an endless repetition of 64 records of 16 KB that differ from each other, so that a record
 * that is lost, doubled or out of order is seen. Position n of a transfer is byte n modulo `PATTERN_BYTES`.
 */

const RECORD_BYTES = 16_384;
const RECORD_HEAD = 5;
const RECORDS = 64;
export const PATTERN_BYTES = RECORD_BYTES * RECORDS;

let pattern: Buffer | null = null;

/** The pattern; made once in each thread. */
export function patternBytes(): Buffer {
  pattern ??= Buffer.concat(
    Array.from({ length: RECORDS }, (_, index) =>
      record(0x17, 0x0303, pseudoRandom(RECORD_BYTES - RECORD_HEAD, index + 17)),
    ),
  );
  return pattern;
}

/** The largest piece of the pattern that begins at position `at` of a transfer and has at most `left` bytes. */
export function patternPiece(at: number, left: number): Buffer {
  const start = at % PATTERN_BYTES;
  return patternBytes().subarray(start, Math.min(PATTERN_BYTES, start + left));
}

/** Whether the first `length` bytes are those of the pattern from position `at` of a transfer on. */
export function fitsPattern(bytes: Buffer, start: number, length: number, at: number): boolean {
  const all = patternBytes();
  let done = 0;
  while (done < length) {
    const from = (at + done) % PATTERN_BYTES;
    const count = Math.min(length - done, PATTERN_BYTES - from);
    if (all.compare(bytes, start + done, start + done + count, from, from + count) !== 0) return false;
    done += count;
  }
  return true;
}
