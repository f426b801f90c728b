import type { Host } from '../address/host.ts';
import { parseHost } from '../address/host.ts';
import type { IpAddress } from '../address/ip.ts';
import { parseIp } from '../address/ip.ts';
import { causeOf } from './cause.ts';
import type { Lookup } from './lookup.ts';

/**
 * From host to addresses: `dns.hosts` first, then the system, with a short cache and one look-up shared by all who wait
 * for the same name. Failures are not cached: a name that was just created must work at once.
 */

export type Resolved =
  | { readonly ok: true; readonly addresses: readonly IpAddress[] }
  | { readonly ok: false; readonly reason: 'name-not-found' | 'name-resolution-failed'; readonly detail: string };

export interface ResolverOptions {
  /** Names with fixed addresses. */
  readonly hosts: Readonly<Record<string, string | readonly string[]>>;
  readonly cacheSeconds: number;
  readonly lookup: Lookup;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

const CACHE_LIMIT = 10_000;

interface Cached {
  readonly addresses: readonly IpAddress[];
  readonly untilMs: number;
}

type Done = (result: Resolved) => void;

export class Resolver {
  readonly #options: ResolverOptions;
  readonly #fixed = new Map<string, readonly IpAddress[]>();
  readonly #cache = new Map<string, Cached>();
  readonly #waiting = new Map<string, Set<Done>>();

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
    const waiting = this.#waiting.get(host.text);
    if (waiting !== undefined) {
      waiting.add(done);
      return () => waiting.delete(done);
    }
    const started = new Set([done]);
    this.#waiting.set(host.text, started);
    this.#options.lookup(host.text, (code, texts) => {
      this.#answer(host.text, code, texts);
    });
    return () => started.delete(done);
  }

  #known(host: Host): readonly IpAddress[] | null {
    if (host.kind === 'ip') return [host.address];
    const fixed = this.#fixed.get(host.text);
    if (fixed !== undefined) return fixed;
    const cached = this.#cache.get(host.text);
    return cached !== undefined && cached.untilMs > this.#options.now() ? cached.addresses : null;
  }

  #answer(name: string, code: string | null, texts: readonly string[]): void {
    const addresses = texts.map(parseIp).filter((address) => address !== null);
    const result = code === null && addresses.length > 0 ? this.#keep(name, addresses) : failure(code ?? 'ENODATA');
    const waiting = this.#waiting.get(name) ?? [];
    this.#waiting.delete(name);
    for (const done of waiting) done(result);
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
