/**
 * Which TLS sessions (up to TLS 1.2) may be resumed while client certificates are checked: a resumed session shows no
 * certificate, so only those pass whose full handshake the gateway has verified. Bounded and expiring; keeps keyed hashes,
 * never a session id or a ticket. One for each loop; `learned` tells the others.
 */

export type Credential = 'session-id' | 'ticket';

/** One entry, as workers tell each other. Plain data. */
export interface RememberedSession {
  readonly key: string;
  /** Unix time in ms. */
  readonly expiresMs: number;
  /** The client certificate of the full handshake, "none" when the server asked for none. */
  readonly subject: string;
}

export interface SessionMemoryOptions {
  /** A keyed hash of both, of one length; the key is the same in all workers of a gateway and in no other. */
  readonly digest: (label: string, secret: Uint8Array) => string;
  /** Unix time in ms. */
  readonly now: () => number;
  /** Entries that are kept; the oldest goes first. */
  readonly capacity?: number;
  /** Told of every entry learned here. */
  readonly learned?: (entry: RememberedSession) => void;
}

/** Some 300 bytes each. */
const CAPACITY = 65_536;
/** RFC 5246 appendix F.1.4 advises 24 hours for session ids; tickets name their own time, bounded by the same. */
const LONGEST_SECONDS = 24 * 60 * 60;

export class SessionMemory {
  readonly #options: SessionMemoryOptions;
  readonly #capacity: number;
  readonly #entries = new Map<string, RememberedSession>();

  constructor(options: SessionMemoryOptions) {
    this.#options = options;
    this.#capacity = options.capacity ?? CAPACITY;
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * @param authority the destination, host and port
   * @returns the client certificate of the full handshake, or null when the session is not known
   */
  find(kind: Credential, authority: string, secret: Uint8Array): string | null {
    const key = this.#key(kind, authority, secret);
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    if (entry.expiresMs > this.#options.now()) return entry.subject;
    this.#entries.delete(key);
    return null;
  }

  /** @param seconds how long the server says it may be resumed; 0 for no word on it */
  learn(kind: Credential, authority: string, secret: Uint8Array, seconds: number, subject: string): void {
    const lifetime = seconds === 0 ? LONGEST_SECONDS : Math.min(seconds, LONGEST_SECONDS);
    const expiresMs = this.#options.now() + lifetime * 1000;
    const entry = { key: this.#key(kind, authority, secret), expiresMs, subject };
    this.add(entry);
    this.#options.learned?.(entry);
  }

  /** Takes over what another worker has learned. */
  add(entry: RememberedSession): void {
    this.#entries.delete(entry.key);
    const now = this.#options.now();
    for (const [key, oldest] of this.#entries) {
      if (oldest.expiresMs > now && this.#entries.size < this.#capacity) break;
      this.#entries.delete(key);
    }
    this.#entries.set(entry.key, entry);
  }

  /** All entries, oldest first: what a new worker begins with. */
  all(): RememberedSession[] {
    return [...this.#entries.values()];
  }

  #key(kind: Credential, authority: string, secret: Uint8Array): string {
    return this.#options.digest(`${kind} ${authority} `, secret);
  }
}
