import type { PasswordHash } from './password-hash.ts';
import { decoyOf, parsePasswordHash, verifyPassword } from './password-hash.ts';

/**
 * Verifies user names and passwords for one process, off the loop. One at a time: guessing costs the machine one thread
 * for each worker and no more, and what waits is bounded.
 */

/** `busy` when too many wait already. */
export type CredentialVerdict = 'known' | 'unknown' | 'busy';

export interface ConfiguredUser {
  readonly username: string;
  readonly passwordHash: string;
}

/** Some seconds of work. */
const WAITING_LIMIT = 64;

export class CredentialVerifier {
  readonly #users = new Map<string, PasswordHash>();
  readonly #decoy: PasswordHash | null;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Entries that are no hash are left out; the schema has refused them before. */
  constructor(users: readonly ConfiguredUser[]) {
    for (const { username, passwordHash } of users) {
      const hash = parsePasswordHash(passwordHash);
      if (hash !== null) this.#users.set(username, hash);
    }
    const [first] = this.#users.values();
    this.#decoy = first === undefined ? null : decoyOf(first);
  }

  /** An unknown user costs what a wrong password costs. Never rejects. */
  async verify(username: string, password: string): Promise<CredentialVerdict> {
    const known = this.#users.get(username.normalize('NFC'));
    const expected = known ?? this.#decoy;
    if (expected === null) return 'unknown';
    if (this.#waiting >= WAITING_LIMIT) return 'busy';
    this.#waiting += 1;
    const verdict = this.#last.then(() => verifyPassword(password, expected));
    this.#last = verdict.catch(() => undefined);
    try {
      return (await verdict) && known !== undefined ? 'known' : 'unknown';
    } catch {
      return 'busy';
    } finally {
      this.#waiting -= 1;
    }
  }
}
