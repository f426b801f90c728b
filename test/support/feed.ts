import assert from 'node:assert/strict';

/**
 * Feeds one case to an incremental parser in every way a network can cut it, and holds all verdicts equal: whole, byte
 * by byte, cut at each position, and with foreign bytes behind. The parsers read from a buffer that grows; behind
 * `length` lies poison here, and each call gets another buffer, so that reading ahead or keeping a view shows.
 */
export interface Reader<R> {
  read(buffer: Uint8Array, length: number): R;
}

/** Bytes that would change many a verdict if they were read: line ends, a TLS record, high bytes. */
const POISON = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x16, 0x03, 0x01, 0xff, 0x00);
const FOREIGN: readonly Uint8Array[] = [
  Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01),
  ascii('GET / HTTP/1.1\r\n\r\n'),
  new Uint8Array(64),
];

/**
 * @param parser makes a new parser for each way of feeding
 * @returns the verdict that all ways agree on; `need-more` when the case is a beginning of something longer
 */
export function feedEveryWay<R extends { readonly state: string }>(parser: () => Reader<R>, bytes: Uint8Array): R {
  const whole = feed(parser(), bytes, [bytes.length]);
  assert.deepEqual(feed(parser(), bytes, steps(bytes.length)), whole, 'byte by byte');
  for (let cut = 1; cut < bytes.length; cut += 1) {
    assert.deepEqual(feed(parser(), bytes, [cut, bytes.length]), whole, `cut at ${cut}`);
  }
  if (whole.state === 'need-more') return whole;
  for (const foreign of FOREIGN) {
    const longer = joined(bytes, foreign);
    assert.deepEqual(feed(parser(), longer, [longer.length]), whole, 'with foreign bytes behind');
    assert.deepEqual(feed(parser(), longer, steps(longer.length)), whole, 'with foreign bytes behind, byte by byte');
  }
  return whole;
}

/** Feeds up to each of `lengths` in turn, and stops at the first verdict as a session does. */
export function feed<R extends { readonly state: string }>(
  parser: Reader<R>,
  bytes: Uint8Array,
  lengths: readonly number[],
): R {
  let verdict: R | null = null;
  for (const length of lengths) {
    verdict = parser.read(poisoned(bytes.subarray(0, length)), length);
    if (verdict.state !== 'need-more') return verdict;
  }
  return verdict ?? parser.read(poisoned(new Uint8Array(0)), 0);
}

/** 1, 2, 3 … up to `length`: the lengths of a client that sends single bytes. */
export function steps(length: number): number[] {
  return Array.from({ length }, (_, index) => index + 1);
}

/** Text of one character per byte. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

function poisoned(bytes: Uint8Array): Uint8Array {
  return joined(bytes, POISON);
}
