import type { IpAddress } from '../address/ip.ts';

/**
 * Which address to try when: staggered attempts of RFC 8305 as a small machine without sockets. A slow attempt is not
 * given up because a later one started; a failed one starts the next at once.
 */

/** RFC 8305 section 5: the recommended Connection Attempt Delay. */
const ATTEMPT_DELAY_MS = 250;

/** Failures in the order in which they explain the most; earlier ones win. */
const TELLING = ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT'];

export class Race {
  /** In the order of attempts: families interleaved, the resolver's first family first. */
  readonly addresses: readonly IpAddress[];
  readonly #codes: string[] = [];
  #wanted: number[] = [];
  #started = 0;
  #nextMs = -Infinity;

  constructor(addresses: readonly IpAddress[]) {
    this.addresses = interleave(addresses);
  }

  /** When `tick` is due, in ms on the caller's clock; Infinity when every attempt has started. */
  get deadlineMs(): number {
    return this.#started < this.addresses.length ? this.#nextMs : Infinity;
  }

  /** The errno that best explains why every attempt failed; null while one may still succeed. */
  get failure(): string | null {
    if (this.#codes.length < this.addresses.length) return null;
    return TELLING.find((code) => this.#codes.includes(code)) ?? this.#codes[0] ?? 'ENOTFOUND';
  }

  /** The index of an attempt to start now, or null. Call until it answers null. */
  take(): number | null {
    return this.#wanted.shift() ?? null;
  }

  tick(nowMs: number): void {
    if (nowMs >= this.#nextMs) this.#startNext(nowMs);
  }

  /** An attempt failed. */
  failed(code: string, nowMs: number): void {
    this.#codes.push(code);
    this.#startNext(nowMs);
  }

  #startNext(nowMs: number): void {
    if (this.#started >= this.addresses.length) return;
    this.#wanted.push(this.#started);
    this.#started += 1;
    this.#nextMs = nowMs + ATTEMPT_DELAY_MS;
  }
}

/** RFC 8305 section 4. */
function interleave(addresses: readonly IpAddress[]): readonly IpAddress[] {
  if (addresses.length < 2) return addresses;
  const first = addresses.filter(({ family }) => family === addresses[0]?.family);
  const second = addresses.filter(({ family }) => family !== addresses[0]?.family);
  const mixed: IpAddress[] = [];
  for (let index = 0; index < Math.max(first.length, second.length); index += 1) {
    for (const list of [first, second]) {
      const address = list[index];
      if (address !== undefined) mixed.push(address);
    }
  }
  return mixed;
}
