import { createHmac, randomBytes } from 'node:crypto';
import type { CredentialVerdict } from '../credentials/verifier.ts';

/**
 * Who clients are, as one loop remembers it: a verified password costs one keyed hash from then on. Keeps hashes only, with
 * a key that dies with the process; bounded and expiring.
 */

/** Verifies off the loop, and tells later, never inside the call. */
export type VerifyCredential = (username: string, password: string, done: (verdict: CredentialVerdict) => void) => void;

/** A password that was changed is refused with the reload that changes it; this bounds what else could be overlooked. */
const GOOD_MS = 600_000;
/** An agent with a wrong password tries again and again; it must not keep the verifier busy. */
const BAD_MS = 30_000;
const ENTRIES = 10_000;

interface Entry {
  readonly verdict: 'known' | 'unknown';
  readonly untilMs: number;
}

export class Authenticator {
  readonly #verify: VerifyCredential;
  readonly #now: () => number;
  readonly #key = randomBytes(32);
  /** Apart, so that guesses do not push out those who have the right password. */
  readonly #good = new Map<string, Entry>();
  readonly #bad = new Map<string, Entry>();
  /** Who waits for the verification of the same words. */
  readonly #open = new Map<string, ((verdict: CredentialVerdict) => void)[]>();

  constructor(verify: VerifyCredential, now: () => number) {
    this.#verify = verify;
    this.#now = now;
  }

  /** Answers remembered; bounded. */
  get remembered(): number {
    return this.#good.size + this.#bad.size;
  }

  /** @param done told inside the call when the answer is remembered */
  ask(username: string, password: string, done: (verdict: CredentialVerdict) => void): void {
    // The length keeps "a" with "b:c" apart from "a:b" with "c".
    const words = `${username.length}:${username}:${password}`;
    const key = createHmac('sha256', this.#key).update(words).digest('base64');
    const nowMs = this.#now();
    const entry = this.#good.get(key) ?? this.#bad.get(key);
    if (entry !== undefined && entry.untilMs > nowMs) {
      done(entry.verdict);
      return;
    }
    const others = this.#open.get(key);
    if (others !== undefined) {
      others.push(done);
      return;
    }
    this.#open.set(key, [done]);
    this.#verify(username, password, (verdict) => {
      this.#answered(key, verdict);
    });
  }

  #answered(key: string, verdict: CredentialVerdict): void {
    const waiting = this.#open.get(key) ?? [];
    this.#open.delete(key);
    if (verdict !== 'busy') {
      this.#good.delete(key);
      this.#bad.delete(key);
      const untilMs = this.#now() + (verdict === 'known' ? GOOD_MS : BAD_MS);
      remember(verdict === 'known' ? this.#good : this.#bad, key, { verdict, untilMs });
    }
    for (const done of waiting) done(verdict);
  }
}

/** The oldest goes first. */
function remember(entries: Map<string, Entry>, key: string, entry: Entry): void {
  entries.set(key, entry);
  if (entries.size <= ENTRIES) return;
  const [oldest] = entries.keys();
  if (oldest !== undefined) entries.delete(oldest);
}
