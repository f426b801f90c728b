import type { Authority } from '../address/authority.ts';
import type { Fields, Reason } from '../events/reasons.ts';
import { judgeClientCertificate } from '../policy/client-certificate.ts';
import { judgeSecondHello, judgeServerHello } from '../policy/server-hello.ts';
import { judgeClientHello } from '../policy/tls-session.ts';
import type { Verdict } from '../policy/verdict.ts';
import { readCertificate } from '../tls/certificate.ts';
import { readCertificateList } from '../tls/certificate-list.ts';
import { formatName } from '../tls/distinguished-name.ts';
import type { HandshakeProgress, Seen } from '../tls/handshake-progress.ts';
import { SEEN } from '../tls/handshake-progress.ts';
import type { ServerHello } from '../tls/server-hello.ts';
import { Resumption } from './resumption.ts';
import type { SessionContext } from './state.ts';

/** Asks policy about each thing an observer comes to in one handshake, and keeps what event 107 tells of the client. */

const TLS_1_3 = 0x0304;
const GOES_ON: Verdict = { allow: true, rule: '' };

export class HandshakeJudge {
  /**
   * The subject of the certificate that the client has shown, in a resumed session that of the full handshake as far as it
   * is known; "hidden" in TLS 1.3, else "none".
   */
  clientCertificate = 'none';

  readonly #target: Authority;
  readonly #progress: HandshakeProgress;
  readonly #context: SessionContext;
  /** Null while client certificates are not checked, and in TLS 1.3, whose resumption shows none anyhow. */
  #resumption: Resumption | null;
  #retry: ServerHello | null = null;
  #chain: readonly Uint8Array[] | null = null;

  constructor(target: Authority, progress: HandshakeProgress, context: SessionContext) {
    this.#target = target;
    this.#progress = progress;
    this.#context = context;
    const { enforced } = context.rules.clientCertificate;
    this.#resumption = enforced ? new Resumption(target, progress.hello, context.sessions) : null;
  }

  /** May what was seen go on? */
  judge(seen: Seen): Verdict {
    switch (seen) {
      case SEEN.serverHello:
        return this.#serverHello();
      case SEEN.secondHello:
        return this.#secondHello();
      case SEEN.serverCertificate:
        return this.#serverCertificate();
      case SEEN.serverHelloDone:
        return this.#serverHelloDone();
      case SEEN.resumption:
        return this.#resumed();
      case SEEN.clientCertificate:
        return this.#certificate();
      case SEEN.ticket:
        return this.#ticket();
      case SEEN.nothing:
      case SEEN.fatalAlert:
      case SEEN.violation:
        return GOES_ON;
    }
  }

  /** The server's chain when it is to be verified, once. */
  takeChain(): readonly Uint8Array[] | null {
    const chain = this.#chain;
    this.#chain = null;
    return chain;
  }

  /** The handshake is over and nothing was refused: what the server issued in it may be resumed. */
  learn(): void {
    this.#resumption?.learn(this.#progress.resumed, this.clientCertificate);
  }

  #serverHello(): Verdict {
    const { serverHello, hello } = this.#progress;
    if (serverHello === null) return GOES_ON;
    const { tls, clientCertificate } = this.#context.rules;
    const verdict = judgeServerHello(serverHello, hello, this.#retry, tls, clientCertificate);
    if (serverHello.isRetry) this.#retry = serverHello;
    if (serverHello.version === TLS_1_3) {
      this.clientCertificate = 'hidden';
      if (!serverHello.isRetry) this.#resumption = null;
    } else this.#resumption?.idIssued(serverHello.sessionId);
    return verdict;
  }

  #secondHello(): Verdict {
    const { secondHello, hello } = this.#progress;
    if (secondHello === null) return GOES_ON;
    if (!secondHello.ok) return { allow: false, reason: secondHello.reason, fields: secondHello.fields };
    const verdict = judgeClientHello(secondHello.hello, this.#target, this.#context.rules.tls);
    return verdict.allow ? judgeSecondHello(secondHello.hello, hello) : verdict;
  }

  #serverCertificate(): Verdict {
    if (this.#context.rules.tls.serverCertificate === 'off') return GOES_ON;
    const read = readCertificateList(this.#progress.body);
    if (!read.ok) return refuse('server-tls-malformed', { detail: read.detail });
    if (read.chain.length === 0) return refuse('server-tls-malformed', { detail: 'its certificate list is empty' });
    // Verified while the engine's buffer goes on to be used: copies.
    this.#chain = read.chain.map((der) => der.slice());
    return GOES_ON;
  }

  /** The server's flight is over; if it has asked for no certificate, there will be none. */
  #serverHelloDone(): Verdict {
    const { enforced, clientCertificate } = this.#context.rules.clientCertificate;
    const mustAsk = enforced && clientCertificate === 'always';
    return mustAsk && !this.#progress.asksCertificate ? refuse('client-certificate-not-requested', {}) : GOES_ON;
  }

  #certificate(): Verdict {
    const rules = this.#context.rules.clientCertificate;
    const list = readCertificateList(this.#progress.body);
    if (!list.ok) return refuse('tls-malformed', { detail: list.detail });
    const [der] = list.chain;
    if (der === undefined) return judgeClientCertificate(null, rules);
    const read = readCertificate(der);
    if (!read.ok) {
      this.clientCertificate = 'unreadable';
      return rules.enforced ? refuse('client-certificate-malformed', { detail: read.detail }) : GOES_ON;
    }
    const { subject } = read.certificate;
    this.clientCertificate = formatName(subject);
    return judgeClientCertificate(subject, rules);
  }

  #resumed(): Verdict {
    if (this.#resumption === null) return GOES_ON;
    const subject = this.#resumption.subject();
    if (subject === null) return refuse('resumption-unknown', {});
    this.clientCertificate = subject;
    return GOES_ON;
  }

  #ticket(): Verdict {
    const problem = this.#resumption?.ticketIssued(this.#progress.body) ?? null;
    return problem === null ? GOES_ON : refuse('server-tls-malformed', { detail: problem });
  }
}

function refuse(reason: Reason, fields: Fields): Verdict {
  return { allow: false, reason, fields };
}
