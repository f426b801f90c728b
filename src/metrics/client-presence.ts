/**
 * Which client addresses have open connections in one loop. Only coming and going is told on, so a client that opens a
 * thousand connections costs one entry. Bounded by the connections that are open: an address without one is forgotten.
 */

/** Changes told at once; the rest comes with the next report. */
const REPORT_LIMIT = 2_000;

export class ClientPresence {
  readonly #open = new Map<string, number>();
  /** Addresses whose presence may differ from what was told. */
  readonly #touched = new Set<string>();
  readonly #told = new Set<string>();

  opened(address: string): void {
    const count = this.#open.get(address) ?? 0;
    this.#open.set(address, count + 1);
    if (count === 0) this.#touched.add(address);
  }

  closed(address: string): void {
    const count = this.#open.get(address) ?? 0;
    if (count > 1) {
      this.#open.set(address, count - 1);
      return;
    }
    this.#open.delete(address);
    // Who came and went between two reports was never told of.
    if (this.#told.has(address)) this.#touched.add(address);
    else this.#touched.delete(address);
  }

  /** Addresses that came (true) or went (false) since the last call, at most `REPORT_LIMIT` of them. */
  takeChanges(): [string, boolean][] {
    const changes: [string, boolean][] = [];
    for (const address of this.#touched) {
      if (changes.length >= REPORT_LIMIT) break;
      this.#touched.delete(address);
      const present = this.#open.has(address);
      if (present === this.#told.has(address)) continue;
      if (present) this.#told.add(address);
      else this.#told.delete(address);
      changes.push([address, present]);
    }
    return changes;
  }
}
