import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Host } from '../address/host.ts';
import type { Verification } from './chain.ts';
import type { Question, ThreadData } from './messages.ts';

/**
 * Server certificates verified off the loop: a thread of its own checks signatures, and answers are remembered, because a
 * few servers with few certificates are asked for again and again.
 */

export interface VerifierOptions {
  /** `tls.trustedCertificates`: PEM, or "" for the authorities of the system. */
  readonly trustedCertificates: string;
  /** Unix time in milliseconds; for tests. */
  readonly now?: () => number;
}

/** A good answer is kept until then at most, so that a certificate is not accepted long after it expired. */
const GOOD_MS = 600_000;
/** A bad one only briefly: a server that is being repaired should not have to wait. */
const BAD_MS = 30_000;
const ANSWERS = 1_000;
/** Questions that wait for the thread; with more than these the answer is no. */
const WAITING = 256;
const IDLE_MS = 60_000;

interface Answer {
  readonly verification: Promise<Verification>;
  untilMs: number;
}

export class ServerCertificateVerifier {
  readonly #pool: Piscina<Question, Verification>;
  readonly #now: () => number;
  readonly #answers = new Map<string, Answer>();

  constructor({ trustedCertificates, now = Date.now }: VerifierOptions) {
    this.#now = now;
    const data: ThreadData = { trustedCertificates };
    this.#pool = new Piscina({
      filename: fileURLToPath(new URL(`./verify-thread${extname(import.meta.url)}`, import.meta.url)),
      name: 'verify',
      minThreads: 0,
      maxThreads: 1,
      maxQueue: WAITING,
      idleTimeout: IDLE_MS,
      workerData: data,
    });
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
    await this.#pool.close();
  }

  async #ask(chain: readonly Uint8Array[], host: Host): Promise<Verification> {
    try {
      // A copy of its own: the bytes given may be a view of a buffer that is used again.
      return await this.#pool.run({ chain: chain.map((der) => der.slice()), host: host.text, nowMs: this.#now() });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { ok: false, detail: `it could not be verified: ${detail}`, issuer: '', subject: '' };
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

/** Fingerprint of the whole chain: with another one a good certificate may be out of reach, and the other way round. */
function keyOf(chain: readonly Uint8Array[], host: Host): string {
  const hash = createHash('sha256');
  for (const der of chain) hash.update(`${der.length}:`).update(der);
  return `${hash.digest('base64')} ${host.text}`;
}
