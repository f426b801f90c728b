import type { Authority } from '../address/authority.ts';
import type { Fields, Reason } from '../events/reasons.ts';
import { versionName } from '../policy/tls-session.ts';
import type { Verdict } from '../policy/verdict.ts';
import { alertName } from '../tls/alert.ts';
import { cipherSuiteName } from '../tls/cipher-suites.ts';
import type { ClientHello } from '../tls/client-hello.ts';
import { HandshakeObserver } from '../tls/handshake-observer.ts';
import { SEEN } from '../tls/handshake-progress.ts';
import type { HandshakeReader } from '../tls/handshake-reader.ts';
import type { Command } from './command.ts';
import { HandshakeJudge } from './handshake-judge.ts';
import type { Side } from './input.ts';
import { otherSide } from './input.ts';
import { cutHandshake, mayPass, reportWouldRefuse } from './refuse.ts';
import type { SessionContext } from './state.ts';

/**
 * A handshake behind its first ClientHello: asks policy whatever the observer comes to, forwards what was judged, holds
 * the rest. Nothing of a refused flight goes on.
 */

export interface HandshakeStart {
  readonly target: Authority;
  /** The first ClientHello, judged, and the bytes of its records. */
  readonly hello: ClientHello;
  readonly helloBytes: number;
  readonly connectMs: number;
  /** Mode "report": the hello would have been refused. */
  readonly flagged: boolean;
}

/** What an input has led to. */
export type Course = 'going-on' | 'opaque' | 'client-alert' | 'origin-alert' | 'closed';

const TLS_1_0 = 0x0301;
const TLS_1_2 = 0x0303;

export class WatchedHandshake {
  readonly #target: Authority;
  readonly #connectMs: number;
  readonly #context: SessionContext;
  readonly #observer: HandshakeObserver;
  #flagged: boolean;
  readonly #judge: HandshakeJudge;
  #verifying = false;
  #paused: Side | null = null;
  #clientEnded = false;
  /** What each side could be told before this input: nothing of this input is forwarded when it is refused. */
  #clientHears = true;
  #originHears = true;

  constructor(start: HandshakeStart, context: SessionContext) {
    this.#target = start.target;
    this.#connectMs = start.connectMs;
    this.#context = context;
    this.#observer = new HandshakeObserver(start.hello, start.helloBytes, context.limits.handshakeBytes);
    this.#flagged = start.flagged;
    this.#judge = new HandshakeJudge(start.target, this.#observer.progress, context);
  }

  /** The ServerHello has been judged and is on its way to the client. */
  get isAnswered(): boolean {
    return this.#observer.isAnswered;
  }

  get alert(): string {
    return alertName(this.#observer.progress.alertCode);
  }

  received(from: Side, bytes: Uint8Array, nowMs: number, out: Command[]): Course {
    const reader = this.#reader(from);
    if (reader.isOpen && reader.waiting === 0) {
      out.push({ kind: 'send', to: otherSide(from), bytes });
      return 'going-on';
    }
    reader.feed(bytes);
    return this.#run(from, nowMs, out);
  }

  /** The client has finished sending. */
  clientEnded(out: Command[]): Course {
    if (this.#observer.progress.client.waiting === 0) {
      out.push({ kind: 'end', to: 'origin' });
      return 'going-on';
    }
    if (this.#observer.turn === 'client') return this.#close('client-closed', {}, out);
    // What waits for the server's word goes first.
    this.#clientEnded = true;
    return 'going-on';
  }

  /** The answer to `verify-server`. */
  serverVerified(ok: boolean, fields: Fields, nowMs: number, out: Command[]): Course {
    if (!ok) {
      const report = this.#context.rules.tls.serverCertificate === 'report';
      if (report) reportWouldRefuse('server-certificate', this.#fields(fields), out);
      else if (this.#refuses('server-certificate', fields, out)) return 'closed';
    }
    if (!this.#verifying) return 'going-on';
    this.#verifying = false;
    return this.#run('origin', nowMs, out);
  }

  late(out: Command[]): Course {
    const seconds = this.#context.timeouts.handshake;
    const isClient = this.#observer.turn === 'client' && !this.#verifying;
    this.#cut(isClient ? 'client-handshake-timeout' : 'handshake-timeout', { seconds }, out);
    return 'closed';
  }

  #run(from: Side, nowMs: number, out: Command[]): Course {
    const observer = this.#observer;
    const other = otherSide(from);
    for (let stage = -1; stage !== observer.stage;) {
      stage = observer.stage;
      const course = this.#drain(from, out) ?? this.#drain(other, out);
      if (course !== null) return course;
    }
    if (observer.isOver) return this.#verified(nowMs, out);
    this.#forward(from, out);
    this.#forward(other, out);
    return 'going-on';
  }

  /** Reads one side as far as it goes. Null: go on. */
  #drain(side: Side, out: Command[]): Course | null {
    const observer = this.#observer;
    while (!(side === 'origin' && this.#verifying)) {
      const seen = observer.advance(side);
      if (seen === SEEN.nothing) return null;
      if (seen === SEEN.fatalAlert) return this.#alerted(side, out);
      if (seen === SEEN.violation) return this.#violated(out);
      if (this.#follows(this.#judge.judge(seen), out)) return 'closed';
      if (seen === SEEN.serverHello) observer.progress.forgetOffers();
      if (seen === SEEN.serverCertificate) {
        const chain = this.#judge.takeChain();
        if (chain !== null) this.#verifyServer(chain, out);
      }
    }
    return null;
  }

  /** The server's chain goes to be verified; with "enforce" the server is not heard further until the answer. */
  #verifyServer(chain: readonly Uint8Array[], out: Command[]): void {
    out.push({ kind: 'verify-server', chain, host: this.#target.host });
    const { rules } = this.#context;
    this.#verifying = rules.tls.serverCertificate === 'enforce' && rules.mode === 'enforce';
  }

  /** The handshake is over: event 107, everything that waits goes on, and the engine takes over. */
  #verified(nowMs: number, out: Command[]): Course {
    const { hello, serverHello, resumed } = this.#observer.progress;
    if (!this.#flagged && serverHello !== null) {
      // Only now: a server that finishes has accepted the signature behind the certificate.
      this.#judge.learn();
      const fields = {
        version: versionName(serverHello.version),
        cipherSuite: cipherSuiteName(serverHello.cipherSuite),
        sni: hello.serverName ?? '',
        clientCertificate: this.#judge.clientCertificate,
        resumed: resumed || serverHello.usesPreSharedKey,
        sinceConnectMs: Math.round(nowMs - this.#connectMs),
      };
      out.push({ kind: 'report', event: 107, reason: null, fields });
    }
    return this.#goOpaque(out);
  }

  #goOpaque(out: Command[]): Course {
    this.#observer.progress.client.open();
    this.#observer.progress.origin.open();
    this.#forward('origin', out);
    this.#forward('client', out);
    if (this.#paused !== null) out.push({ kind: 'resume', side: this.#paused });
    out.push({ kind: 'go-opaque' });
    return 'opaque';
  }

  /** What was judged goes on; a side that has to wait with more than it may hold is not read meanwhile. */
  #forward(from: Side, out: Command[]): void {
    const reader = this.#reader(from);
    const bytes = reader.take();
    if (bytes !== null) {
      out.push({ kind: 'send', to: otherSide(from), bytes });
      if (from === 'origin') this.#clientHears = this.#observer.hearsPlaintext('client');
      else this.#originHears = this.#observer.hearsPlaintext('origin');
    }
    if (reader.waiting > this.#context.limits.handshakeBytes) {
      if (this.#paused === null) out.push({ kind: 'pause', side: from });
      this.#paused = from;
    } else if (this.#paused === from) {
      out.push({ kind: 'resume', side: from });
      this.#paused = null;
    }
    if (from === 'client' && this.#clientEnded && reader.waiting === 0) {
      this.#clientEnded = false;
      out.push({ kind: 'end', to: 'origin' });
    }
  }

  /** The alert goes on, and nothing behind it. */
  #alerted(side: Side, out: Command[]): Course {
    const reader = this.#reader(side);
    reader.nextRecordType();
    const bytes = reader.take();
    if (bytes !== null) out.push({ kind: 'send', to: otherSide(side), bytes });
    return side === 'client' ? 'client-alert' : 'origin-alert';
  }

  #violated(out: Command[]): Course {
    const { fault, detail, culprit } = this.#observer.progress;
    const reason = VIOLATIONS[fault][culprit];
    const fields = fault === 'too-large' ? { limit: this.#context.limits.handshakeBytes } : { detail };
    // Who does not speak TLS has no use for an alert.
    if (fault === 'not-tls') this.#originHears = false;
    // Behind a broken order there is nothing to follow any more.
    return this.#refuses(reason, fields, out) ? 'closed' : this.#goOpaque(out);
  }

  #follows(verdict: Verdict, out: Command[]): boolean {
    return !verdict.allow && this.#refuses(verdict.reason, verdict.fields, out);
  }

  /** @returns false when mode "report" lets it through */
  #refuses(reason: Reason, fields: Fields, out: Command[]): boolean {
    if (mayPass(reason, this.#context.rules.mode)) {
      this.#flagged = true;
      reportWouldRefuse(reason, this.#fields(fields), out);
      return false;
    }
    this.#cut(reason, fields, out);
    return true;
  }

  #cut(reason: Reason, fields: Fields, out: Command[]): void {
    const version = Math.min(this.#observer.progress.serverHello?.version ?? TLS_1_2, TLS_1_2);
    const to = { client: this.#clientHears, origin: this.#originHears, version: Math.max(version, TLS_1_0) };
    cutHandshake(reason, this.#fields(fields), to, out);
  }

  #close(reason: Reason, fields: Fields, out: Command[]): Course {
    out.push({ kind: 'close', reason, fields, silent: false });
    return 'closed';
  }

  #fields(fields: Fields): Fields {
    return { host: this.#target.host.text, ...fields };
  }

  #reader(side: Side): HandshakeReader {
    return side === 'client' ? this.#observer.progress.client : this.#observer.progress.origin;
  }
}

const VIOLATIONS = {
  'not-tls': { client: 'not-tls', origin: 'server-not-tls' },
  malformed: { client: 'tls-malformed', origin: 'server-tls-malformed' },
  order: { client: 'handshake-order', origin: 'server-handshake-order' },
  'too-large': { client: 'handshake-too-large', origin: 'server-handshake-too-large' },
} as const satisfies Record<string, Record<Side, Reason>>;
