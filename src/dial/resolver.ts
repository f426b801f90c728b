import type { Host } from '../address/host.ts';
import { parseHost } from '../address/host.ts';
import type { IpAddress } from '../address/ip.ts';
import { parseIp } from '../address/ip.ts';
import { causeOf } from './cause.ts';
import type { Lookup } from './lookup.ts';

/**
 * From host to addresses: `dns.hosts` first, then the system, with a short cache and one look-up shared by all who wait
 * for the same name. Failures are not cached: a name that was just created must work at once. Few look-ups run at a
 * time and those nobody waits for any more are not begun, so a client that asks for a thousand names and leaves costs
 * no more than the look-ups under way.
 */

export type Resolved =
  | { readonly ok: true; readonly addresses: readonly IpAddress[] }
  | { readonly ok: false; readonly reason: 'name-not-found' | 'name-resolution-failed'; readonly detail: string };

export interface ResolverMeter {
  nameCacheHit(): void;
  nameLookedUp(ms: number, ok: boolean): void;
}

export interface ResolverOptions {
  /** Names with fixed addresses. */
  readonly hosts: Readonly<Record<string, string | readonly string[]>>;
  readonly cacheSeconds: number;
  readonly lookup: Lookup;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Told what the names cost. */
  readonly meter?: ResolverMeter;
}

const CACHE_LIMIT = 10_000;
/** Look-ups under way at a time. A thread pool serves them (uv_getaddrinfo); more would only queue where none can leave. */
const LOOKUP_LIMIT = 32;

interface Cached {
  readonly addresses: readonly IpAddress[];
  readonly untilMs: number;
}

type Done = (result: Resolved) => void;

/** One who waits; an object, because two may wait with the same function. */
interface Waiter {
  readonly done: Done;
}

export class Resolver {
  readonly #options: ResolverOptions;
  readonly #fixed = new Map<string, readonly IpAddress[]>();
  readonly #cache = new Map<string, Cached>();
  /** Everybody who waits, by name, look-ups under way and queued ones alike. */
  readonly #waiting = new Map<string, Set<Waiter>>();
  /** Names whose look-up has not begun, oldest first. */
  readonly #queued = new Set<string>();
  #underWay = 0;

  constructor(options: ResolverOptions) {
    this.#options = options;
    for (const [name, texts] of Object.entries(options.hosts)) {
      const parsed = parseHost(name);
      const list = typeof texts === 'string' ? [texts] : texts;
      const addresses = list.map(parseIp).filter((address) => address !== null);
      if (parsed.ok) this.#fixed.set(parsed.host.text, addresses);
    }
  }

  /** Resolves a host; `done` may be called before this returns. Answers a function that forgets the question. */
  resolve(host: Host, done: Done): () => void {
    const known = this.#known(host);
    if (known !== null) {
      done({ ok: true, addresses: known });
      return () => undefined;
    }
    const name = host.text;
    const waiter = { done };
    const waiting = this.#waiting.get(name);
    if (waiting !== undefined) {
      waiting.add(waiter);
    } else {
      this.#waiting.set(name, new Set([waiter]));
      this.#queued.add(name);
      this.#begin();
    }
    return () => {
      this.#forget(name, waiter);
    };
  }

  /** Begins queued look-ups as far as the limit allows. */
  #begin(): void {
    for (const name of this.#queued) {
      if (this.#underWay >= LOOKUP_LIMIT) return;
      this.#queued.delete(name);
      this.#underWay += 1;
      const begunMs = this.#options.now();
      this.#options.lookup(name, (code, texts) => {
        this.#underWay -= 1;
        this.#options.meter?.nameLookedUp(this.#options.now() - begunMs, code === null);
        this.#answer(name, code, texts);
        this.#begin();
      });
    }
  }

  #forget(name: string, waiter: Waiter): void {
    const waiting = this.#waiting.get(name);
    if (waiting?.delete(waiter) !== true || waiting.size > 0) return;
    // A look-up under way goes on and fills the cache; one that has not begun is not needed any more.
    if (this.#queued.delete(name)) this.#waiting.delete(name);
  }

  #known(host: Host): readonly IpAddress[] | null {
    if (host.kind === 'ip') return [host.address];
    const fixed = this.#fixed.get(host.text);
    if (fixed !== undefined) return fixed;
    const cached = this.#cache.get(host.text);
    if (cached === undefined || cached.untilMs <= this.#options.now()) return null;
    this.#options.meter?.nameCacheHit();
    return cached.addresses;
  }

  #answer(name: string, code: string | null, texts: readonly string[]): void {
    const addresses = texts.map(parseIp).filter((address) => address !== null);
    const result = code === null && addresses.length > 0 ? this.#keep(name, addresses) : failure(code ?? 'ENODATA');
    const waiting = this.#waiting.get(name) ?? [];
    this.#waiting.delete(name);
    for (const { done } of waiting) done(result);
  }

  #keep(name: string, addresses: readonly IpAddress[]): Resolved {
    this.#cache.delete(name);
    this.#cache.set(name, { addresses, untilMs: this.#options.now() + this.#options.cacheSeconds * 1000 });
    if (this.#cache.size > CACHE_LIMIT) {
      const oldest = this.#cache.keys().next();
      if (oldest.done !== true) this.#cache.delete(oldest.value);
    }
    return { ok: true, addresses };
  }
}

function failure(code: string): Resolved {
  const { reason, detail } = causeOf(code);
  return { ok: false, reason: reason === 'name-not-found' ? reason : 'name-resolution-failed', detail };
}
