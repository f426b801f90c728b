import type { Authority } from '../address/authority.ts';
import { formatAuthority } from '../address/authority.ts';
import type { ClientHello } from '../tls/client-hello.ts';
import { readSessionTicket } from '../tls/session-ticket.ts';
import type { SessionMemory } from './session-memory.ts';

/**
 * What one handshake offers to resume and what it issues for later, up to TLS 1.2, while client certificates are checked.
 * Keeps copies, because the bytes of a handshake are gone when the questions come.
 */
export class Resumption {
  readonly #authority: string;
  readonly #memory: SessionMemory | null;
  readonly #offeredId: Uint8Array;
  readonly #offeredTicket: Uint8Array | null;
  #issuedId: Uint8Array | null = null;
  #issuedTicket: Uint8Array | null = null;
  #ticketSeconds = 0;

  constructor(target: Authority, hello: ClientHello, memory: SessionMemory | null) {
    this.#authority = formatAuthority(target);
    this.#memory = memory;
    this.#offeredId = hello.sessionId;
    this.#offeredTicket = hello.ticket === null ? null : hello.ticket.slice();
  }

  /** The client certificate behind the session that is resumed; null when the gateway has not seen it begin. */
  subject(): string | null {
    if (this.#memory === null) return null;
    // A ticket takes precedence over the session id beside it (RFC 5077 section 3.4).
    return this.#offeredTicket === null
      ? this.#memory.find('session-id', this.#authority, this.#offeredId)
      : this.#memory.find('ticket', this.#authority, this.#offeredTicket);
  }

  /** The ServerHello names the session. */
  idIssued(sessionId: Uint8Array): void {
    this.#issuedId = sessionId.length === 0 ? null : sessionId.slice();
  }

  /** @returns what is wrong with the NewSessionTicket message, or null */
  ticketIssued(body: Uint8Array): string | null {
    const read = readSessionTicket(body);
    if (!read.ok) return read.detail;
    if (read.ticket.length === 0) return null;
    this.#issuedTicket = read.ticket.slice();
    this.#ticketSeconds = read.lifetimeSeconds;
    return null;
  }

  /**
   * The handshake is over and verified: what it issued may be resumed.
   * @param resumed then its session id is the client's own word and proves nothing
   */
  learn(resumed: boolean, subject: string): void {
    if (this.#memory === null) return;
    if (!resumed && this.#issuedId !== null) {
      this.#memory.learn('session-id', this.#authority, this.#issuedId, 0, subject);
    }
    if (this.#issuedTicket !== null) {
      this.#memory.learn('ticket', this.#authority, this.#issuedTicket, this.#ticketSeconds, subject);
    }
  }
}
