import { createHash } from 'node:crypto';
import type { Host } from '../address/host.ts';
import type { Verification } from './chain.ts';
import type { Question, ThreadData } from './messages.ts';
import type { VerifyPool } from './verify-pool.ts';

/**
 * Server certificates verified off the loop: a thread of its own checks signatures, and answers are remembered, because a
 * few servers with few certificates are asked for again and again.
 */

export interface VerifierOptions {
  /** `tls.trustedCertificates`: PEM, or "" for the authorities of the system. */
  readonly trustedCertificates: string;
  /** Unix time in milliseconds; for tests. */
  readonly now?: () => number;
  /** How long an answer may take; for tests. */
  readonly limitMs?: number;
}

/** A good answer is kept until then at most, so that a certificate is not accepted long after it expired. */
const GOOD_MS = 600_000;
/** A bad one only briefly: a server that is being repaired should not have to wait. */
const BAD_MS = 30_000;
const ANSWERS = 1_000;
/** A thread that takes longer hangs, and is ended; a handshake has three times as long. */
const LIMIT_MS = 10_000;

interface Answer {
  readonly verification: Promise<Verification>;
  untilMs: number;
}

export class ServerCertificateVerifier {
  /** Null until the first question, as most gateways verify no server. */
  #pool: Promise<VerifyPool> | null = null;
  readonly #data: ThreadData;
  readonly #now: () => number;
  readonly #limitMs: number;
  readonly #answers = new Map<string, Answer>();

  constructor({ trustedCertificates, now = Date.now, limitMs = LIMIT_MS }: VerifierOptions) {
    this.#now = now;
    this.#limitMs = limitMs;
    this.#data = { trustedCertificates };
  }

  /** Answers held; bounded. */
  get remembered(): number {
    return this.#answers.size;
  }

  /**
   * Verifies a chain as it came in the Certificate message, the server's own certificate first. Never rejects: what cannot
   * be verified is not valid.
   */
  verify(chain: readonly Uint8Array[], host: Host): Promise<Verification> {
    const key = keyOf(chain, host);
    const known = this.#answers.get(key);
    if (known !== undefined && known.untilMs > this.#now()) return known.verification;
    const answer: Answer = { verification: this.#ask(chain, host), untilMs: this.#now() + GOOD_MS };
    this.#remember(key, answer);
    void answer.verification.then((verification) => {
      if (!verification.ok) answer.untilMs = Math.min(answer.untilMs, this.#now() + BAD_MS);
    });
    return answer.verification;
  }

  /** Answers what has been asked, then ends the thread. */
  async close(): Promise<void> {
    const pool = await this.#pool;
    await pool?.close();
  }

  async #ask(chain: readonly Uint8Array[], host: Host): Promise<Verification> {
    try {
      // A copy of its own: the bytes given may be a view of a buffer that is used again.
      const question = { chain: chain.map((der) => der.slice()), host: host.text, nowMs: this.#now() };
      return await this.#inTime((this.#pool ??= startPool(this.#data)), question);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { ok: false, detail: `it could not be verified: ${detail}`, issuer: '', subject: '' };
    }
  }

  /** The answer, or the end of the thread when it takes too long. Who else waits for it is told no as well. */
  async #inTime(starting: Promise<VerifyPool>, question: Question): Promise<Verification> {
    const pool = await starting;
    const timer = setTimeout(() => {
      void pool.destroy();
      if (this.#pool === starting) this.#pool = null;
    }, this.#limitMs);
    try {
      return await pool.run(question);
    } finally {
      clearTimeout(timer);
    }
  }

  #remember(key: string, answer: Answer): void {
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    // The oldest go first.
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= ANSWERS) return;
      this.#answers.delete(oldest);
    }
  }
}

/** Loaded only here: what runs threads takes as long to load as all the rest of a worker. */
async function startPool(data: ThreadData): Promise<VerifyPool> {
  const pool = await import('./verify-pool.ts');
  return pool.startPool(data);
}

/** Fingerprint of the whole chain: with another one a good certificate may be out of reach, and the other way round. */
function keyOf(chain: readonly Uint8Array[], host: Host): string {
  const hash = createHash('sha256');
  for (const der of chain) hash.update(`${der.length}:`).update(der);
  return `${hash.digest('base64')} ${host.text}`;
}
