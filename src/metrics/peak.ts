/** The largest value of the last 15 to 30 seconds: a scraper that looks every 15 seconds misses none. */

const HALF_MS = 15_000;

export class Peak {
  #sinceMs = 0;
  #current = 0;
  #previous = 0;

  add(value: number, nowMs: number): void {
    this.#turn(nowMs);
    this.#current = Math.max(this.#current, value);
  }

  value(nowMs: number): number {
    this.#turn(nowMs);
    return Math.max(this.#current, this.#previous);
  }

  #turn(nowMs: number): void {
    const passedMs = nowMs - this.#sinceMs;
    if (passedMs < HALF_MS) return;
    this.#previous = passedMs < 2 * HALF_MS ? this.#current : 0;
    this.#current = 0;
    this.#sinceMs = nowMs;
  }
}
