import type { Authority } from '../address/authority.ts';
import { formatAuthority } from '../address/authority.ts';
import type { Host } from '../address/host.ts';
import type { Relay } from '../config/relays.ts';
import { HostMatcher, parseHostPattern } from '../policy/host-pattern.ts';
import { basicCredential } from './request.ts';

/**
 * Which relays a destination goes through, in which order. Relays are tried as configured; one that failed a short while
 * ago goes behind those that did not, so that it costs nobody a time-out while another one works, and is still there when
 * all have failed.
 */

/** One relay, ready to be dialed. */
export interface Route {
  readonly authority: Authority;
  readonly secure: boolean;
  /** "host:port", for events. */
  readonly name: string;
  /** The value of Proxy-Authorization; never logged. */
  readonly credential: string | null;
}

/** How long a failed relay stands behind the others. */
export const FAILURE_MEMORY_MS = 30_000;

const NONE: readonly Route[] = [];

interface Entry {
  readonly route: Route;
  readonly bypass: HostMatcher;
  failedUntilMs: number;
}

export class RelayRoutes {
  readonly #entries: readonly Entry[];

  /** @throws when a bypass entry is no host pattern; configuration is checked before it gets here */
  constructor(relays: readonly Relay[]) {
    this.#entries = relays.map((relay) => ({
      route: routeOf(relay),
      bypass: matcherOf(relay.bypass),
      failedUntilMs: -Infinity,
    }));
  }

  /** The relays to try for a host, in order; none when it is to be dialed directly. */
  candidates(host: Host, nowMs: number): readonly Route[] {
    if (this.#entries.length === 0) return NONE;
    const fitting = this.#entries.filter(({ bypass }) => bypass.match(host) === null);
    const working = fitting.filter(({ failedUntilMs }) => failedUntilMs <= nowMs);
    const failed = fitting.filter(({ failedUntilMs }) => failedUntilMs > nowMs);
    return [...working, ...failed].map(({ route }) => route);
  }

  /** Remembers a failure. @returns false when this relay is known to have failed already */
  failed(route: Route, nowMs: number): boolean {
    const entry = this.#entries.find((each) => each.route === route);
    if (entry === undefined) return false;
    const isNews = entry.failedUntilMs <= nowMs;
    entry.failedUntilMs = nowMs + FAILURE_MEMORY_MS;
    return isNews;
  }

  /** The relay did its work: what was remembered of it is forgotten. */
  worked(route: Route): void {
    const entry = this.#entries.find((each) => each.route === route);
    if (entry !== undefined) entry.failedUntilMs = -Infinity;
  }
}

function routeOf({ address, username, password }: Relay): Route {
  const { authority, secure } = address;
  return { authority, secure, name: formatAuthority(authority), credential: basicCredential(username, password) };
}

function matcherOf(patterns: readonly string[]): HostMatcher {
  const matcher = new HostMatcher();
  for (const text of patterns) {
    const parsed = parseHostPattern(text);
    if (!parsed.ok) throw new Error(`relayProxy.bypass: ${text} ${parsed.detail}`);
    matcher.add(parsed.pattern, 'relayProxy.bypass', text);
  }
  return matcher;
}
