import { joined } from '../support/feed.ts';
import type { Random } from './random.ts';

/** Changes bytes the way mistakes and attackers do: bits, lengths, pieces lost, doubled, moved, or from somewhere else. */

type Mutation = (bytes: Uint8Array, random: Random, corpus: readonly Uint8Array[]) => Uint8Array;

const EDGES = [0x00, 0x01, 0x02, 0x03, 0x0a, 0x0d, 0x14, 0x15, 0x16, 0x17, 0x20, 0x7f, 0x80, 0xfe, 0xff];

const MUTATIONS: readonly Mutation[] = [
  // One bit, one byte, one byte to a value at an edge.
  (bytes, random) => withByte(bytes, random.below(bytes.length), (byte) => byte ^ (1 << random.below(8))),
  (bytes, random) => withByte(bytes, random.below(bytes.length), () => random.below(256)),
  (bytes, random) => withByte(bytes, random.below(bytes.length), () => random.pick(EDGES)),
  // A length that is one more, or one less.
  (bytes, random) => withByte(bytes, random.below(bytes.length), (byte) => byte + (random.once(2) ? 1 : -1)),
  // A piece lost, doubled, or moved.
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    return joined(bytes.subarray(0, to), bytes.subarray(from));
  },
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    const at = random.below(bytes.length);
    return joined(bytes.subarray(0, at), bytes.subarray(from, to), bytes.subarray(at));
  },
  // Cut off, or with noise behind.
  (bytes, random) => bytes.slice(0, random.below(bytes.length)),
  (bytes, random) => joined(bytes, noise(random)),
  // A piece of another recording in its place.
  (bytes, random, corpus) => {
    const [from, to] = range(bytes, random);
    const other = random.pick(corpus);
    const [start, end] = range(other, random);
    return joined(bytes.subarray(0, from), other.subarray(start, end), bytes.subarray(to));
  },
];

/** One to four changes. Never in place. */
export function mutate(bytes: Uint8Array, random: Random, corpus: readonly Uint8Array[]): Uint8Array {
  let changed = bytes;
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    if (changed.length > 0) changed = random.pick(MUTATIONS)(changed, random, corpus);
  }
  return changed;
}

/** Cuts bytes into pieces, sometimes single ones. */
export function cut(bytes: Uint8Array, random: Random): Uint8Array[] {
  const largest = random.pick([1, 7, 100, 1_460, 100_000]);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + random.below(largest);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

function withByte(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = change(copy[at] ?? 0);
  return copy;
}

function range(bytes: Uint8Array, random: Random): [number, number] {
  const from = random.below(bytes.length);
  return [from, Math.min(bytes.length, from + 1 + random.below(random.pick([4, 40, 400])))];
}

function noise(random: Random): Uint8Array {
  return Uint8Array.from({ length: 1 + random.below(30) }, () => random.below(256));
}
