/**
 * One timer wheel per loop for every deadline of every tunnel (hashed wheel, Varghese and Lauck 1987): setting and
 * clearing a deadline is a list operation, nothing is allocated, and one coarse tick serves them all. A deadline is
 * never early and at most one tick late. It owns no clock and no timer: whoever owns the loop calls `advance`.
 */

/** What waits on the wheel carries its own links, so that the wheel allocates nothing. */
export interface TimerEntry {
  /** Due time in milliseconds on the loop's clock; Infinity while not on the wheel. */
  dueMs: number;
  nextEntry: TimerEntry | null;
  previousEntry: TimerEntry | null;
  /** The slot the entry waits in, -1 while not on the wheel. */
  slot: number;
  /** Called off the wheel once `dueMs` has passed; may schedule the entry again. */
  expired(nowMs: number): void;
}

export class TimerWheel {
  readonly tickMs: number;
  readonly #slots: (TimerEntry | null)[];
  #cursor: number;
  #size = 0;

  /**
   * @param tickMs precision in milliseconds
   * @param slotCount slots; deadlines beyond `tickMs * slotCount` stay in their slot for further turns
   */
  constructor(nowMs: number, tickMs = 50, slotCount = 1024) {
    this.tickMs = tickMs;
    this.#slots = new Array<TimerEntry | null>(slotCount).fill(null);
    this.#cursor = Math.floor(nowMs / tickMs);
  }

  /** Number of entries that wait. */
  get size(): number {
    return this.#size;
  }

  /** Puts the entry on the wheel for `dueMs`, or moves it there. */
  schedule(entry: TimerEntry, dueMs: number): void {
    this.cancel(entry);
    // A deadline that has passed already still waits for the next tick: expiry never happens inside a caller.
    const tick = Math.max(Math.ceil(dueMs / this.tickMs), this.#cursor + 1);
    entry.dueMs = dueMs;
    this.#link(entry, tick % this.#slots.length);
  }

  /** Takes the entry off the wheel; no effect when it is not on it. */
  cancel(entry: TimerEntry): void {
    if (entry.slot < 0) return;
    if (entry.previousEntry === null) this.#slots[entry.slot] = entry.nextEntry;
    else entry.previousEntry.nextEntry = entry.nextEntry;
    if (entry.nextEntry !== null) entry.nextEntry.previousEntry = entry.previousEntry;
    entry.nextEntry = null;
    entry.previousEntry = null;
    entry.slot = -1;
    entry.dueMs = Infinity;
    this.#size -= 1;
  }

  /** Expires every entry due at `nowMs`. After a long pause each slot is visited once, not once per missed tick. */
  advance(nowMs: number): void {
    const target = Math.floor(nowMs / this.tickMs);
    const steps = Math.min(target - this.#cursor, this.#slots.length);
    if (steps <= 0) return;
    const first = target - steps + 1;
    // The cursor moves first, so that what is scheduled during expiry lands behind the slots visited now.
    this.#cursor = target;
    for (let tick = first; tick <= target; tick += 1) this.#expireSlot(tick % this.#slots.length, nowMs);
  }

  #expireSlot(slot: number, nowMs: number): void {
    // Two passes: entries expired here may cancel or schedule their neighbours, so collect before calling.
    let entry = this.#slots[slot] ?? null;
    let due: TimerEntry[] | null = null;
    while (entry !== null) {
      if (entry.dueMs <= nowMs) (due ??= []).push(entry);
      entry = entry.nextEntry;
    }
    if (due === null) return;
    for (const each of due) {
      if (each.dueMs > nowMs) continue; // cancelled or moved by one that expired before it
      this.cancel(each);
      each.expired(nowMs);
    }
  }

  #link(entry: TimerEntry, slot: number): void {
    const head = this.#slots[slot] ?? null;
    entry.slot = slot;
    entry.previousEntry = null;
    entry.nextEntry = head;
    if (head !== null) head.previousEntry = entry;
    this.#slots[slot] = entry;
    this.#size += 1;
  }
}
