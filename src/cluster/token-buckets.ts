/**
 * A token bucket for each client address: `burst` at once after a pause, `perSecond` in the long run. Bounded: the bucket
 * that was used longest ago is forgotten first, which gives its client a full one again.
 */

const CAPACITY = 100_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();
  readonly #capacity: number;

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** True when the client has a token left now. */
  has(client: string, perSecond: number, burst: number, nowMs: number): boolean {
    const bucket = this.#buckets.get(client);
    return bucket === undefined || tokensOf(bucket, perSecond, burst, nowMs) >= 1;
  }

  /** Takes a token, which `has` has found there. */
  take(client: string, perSecond: number, burst: number, nowMs: number): void {
    const bucket = this.#buckets.get(client);
    const tokens = bucket === undefined ? burst : tokensOf(bucket, perSecond, burst, nowMs);
    // Put behind the others: the order is that of their use.
    this.#buckets.delete(client);
    this.#buckets.set(client, { tokens: tokens - 1, atMs: nowMs });
    if (this.#buckets.size <= this.#capacity) return;
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }

  /** Forgets all. */
  clear(): void {
    this.#buckets.clear();
  }
}

function tokensOf({ tokens, atMs }: Bucket, perSecond: number, burst: number, nowMs: number): number {
  return Math.min(burst, tokens + ((nowMs - atMs) / 1000) * perSecond);
}
