/**
 * How long to wait before a worker that died is replaced: not at all, unless workers die early again and again. A crash loop
 * must not eat the machine.
 */

/** A worker that lived so long has worked. */
const EARLY_MS = 10_000;
/** One that died sooner than this has not even begun. */
const AT_ONCE_MS = 1_000;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
/** After so long without an early death the next one is the first again. */
const FORGET_MS = 60_000;

export class Backoff {
  #deaths = 0;
  #lastMs = -Infinity;

  /** Early deaths in a row. */
  get deaths(): number {
    return this.#deaths;
  }

  /** A worker has died. @returns ms to wait before its successor is started */
  died(livedMs: number, nowMs: number): number {
    if (livedMs >= EARLY_MS) return 0;
    if (nowMs - this.#lastMs > FORGET_MS) this.#deaths = 0;
    this.#lastMs = nowMs;
    this.#deaths += 1;
    if (this.#deaths === 1) return livedMs < AT_ONCE_MS ? FIRST_DELAY_MS : 0;
    return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#deaths - 2));
  }
}
