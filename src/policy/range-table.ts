import type { IpAddress, IpRange } from '../address/ip.ts';
import { parseCidr } from '../address/ip.ts';

/**
 * Address ranges compiled for look-up: one hash look-up for each prefix length in use (129 + 33 at most), whatever the
 * number of ranges. Ranges come from configuration; this file judges nothing.
 */
export class RangeTable<Value> {
  /** By family, then by prefix length, longest first; keys are the masked bytes as text. */
  readonly #tables: Record<4 | 6, { readonly bits: number; readonly values: Map<string, Value> }[]> = { 4: [], 6: [] };

  /** Number of ranges, equal ones counted once. */
  get size(): number {
    return [...this.#tables[4], ...this.#tables[6]].reduce((sum, { values }) => sum + values.size, 0);
  }

  /** Adds a range; the first of equals stays. Bits behind the prefix do not matter. */
  add({ family, bytes, prefixBits }: IpRange, value: Value): void {
    const tables = this.#tables[family];
    let table = tables.find(({ bits }) => bits === prefixBits);
    if (table === undefined) {
      table = { bits: prefixBits, values: new Map() };
      tables.push(table);
      tables.sort((one, other) => other.bits - one.bits);
    }
    const key = masked(bytes, prefixBits);
    if (!table.values.has(key)) table.values.set(key, value);
  }

  /** The value of the narrowest range that contains the address, or null. */
  find({ family, bytes }: IpAddress): Value | null {
    for (const { bits, values } of this.#tables[family]) {
      const value = values.get(masked(bytes, bits));
      if (value !== undefined) return value;
    }
    return null;
  }
}

/** A table of ranges, each with its own text as value. @throws when one is not valid; the schema has refused it before */
export function rangeTableOf(ranges: readonly string[]): RangeTable<string> {
  const table = new RangeTable<string>();
  for (const text of ranges) {
    const range = parseCidr(text);
    if (range === null) throw new Error(`${text} is not an address range`);
    table.add(range, text);
  }
  return table;
}

/** The first `bits` bits, one character per byte. */
function masked(bytes: Uint8Array, bits: number): string {
  const whole = bits >> 3;
  const rest = bits & 7;
  let key = String.fromCharCode(...bytes.subarray(0, whole));
  if (rest !== 0) key += String.fromCharCode((bytes[whole] ?? 0) & (0xff << (8 - rest)));
  return key;
}
