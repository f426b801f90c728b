/**
 * Counters that client threads write and the main thread reads while they run: a block of numbers in shared memory for
 * each thread. Only one thread writes a block, and a 64-bit number is written in one piece, so nothing is locked.
 */

export const COUNTERS = [
  /** Operations done, whatever the workload's operation is. */
  'done',
  /** Tunnels that came up. */
  'tunnels',
  /** Tunnels open now. */
  'open',
  'failures',
  /** Payload bytes towards the origin and back. */
  'bytesUp',
  'bytesDown',
  /** Paced operations that began later than they should have because the load generator was late. */
  'late',
] as const;
export type Counter = (typeof COUNTERS)[number];
export type CounterValues = Record<Counter, number>;

/** The named slots of one thread. */
export const SLOT: Readonly<Record<Counter, number>> = Object.fromEntries(
  COUNTERS.map((name, index) => [name, index]),
) as Record<Counter, number>;

export function counterMemory(threads: number): SharedArrayBuffer {
  return new SharedArrayBuffer(threads * COUNTERS.length * Float64Array.BYTES_PER_ELEMENT);
}

/** The block of one thread. */
export function countersOf(memory: SharedArrayBuffer, thread: number): Float64Array {
  return new Float64Array(memory, thread * COUNTERS.length * Float64Array.BYTES_PER_ELEMENT, COUNTERS.length);
}

/** The sum over all threads. */
export function sumCounters(memory: SharedArrayBuffer): CounterValues {
  const all = new Float64Array(memory);
  const sum = Object.fromEntries(COUNTERS.map((name) => [name, 0])) as CounterValues;
  for (const name of COUNTERS) {
    for (let at = SLOT[name]; at < all.length; at += COUNTERS.length) sum[name] += all[at] ?? 0;
  }
  return sum;
}
