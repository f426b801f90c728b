import { cipherSuite } from './cipher-suites.ts';
import { PLACE, flightOrder, outOfPlace, placeOf } from './flight-order.ts';
import { FOUND } from './handshake-reader.ts';
import type { HandshakeProgress, Seen } from './handshake-progress.ts';
import { AT, CHANGE_CIPHER_SPEC_LIMIT, EARLY, SEEN, TLS_1_3 } from './handshake-progress.ts';
import { ALERT, MESSAGE, messageName } from './record.ts';
import { readServerHello } from './server-hello.ts';

/** What a server may say in a handshake, in its order (RFC 8446 section 4 and appendix D.4, RFC 5246 section 7.3). */
export class OriginFlights {
  readonly #handshake: HandshakeProgress;
  /** Taken last in the first flight, up to TLS 1.2. */
  #place = 0;
  #echoesSessionId = false;
  #ticketSeen = false;
  #specs = 0;
  /** The message found last is to be looked at again, behind `resumption`. */
  #again = false;

  constructor(handshake: HandshakeProgress) {
    this.#handshake = handshake;
  }

  /** Reads on, up to the next thing to judge. */
  advance(): Seen {
    this.#handshake.culprit = 'origin';
    const reader = this.#handshake.origin;
    while (this.#handshake.originAt !== AT.done) {
      if (this.#mustWait() && reader.nextRecordType() !== ALERT) {
        return reader.isInsideRecord
          ? this.#handshake.violation('order', 'bytes follow the end of its flight')
          : SEEN.nothing;
      }
      const found = this.#again ? FOUND.message : reader.next();
      let seen: Seen;
      switch (found) {
        case FOUND.nothing:
          return SEEN.nothing;
        case FOUND.message:
          seen = this.#message();
          break;
        case FOUND.changeCipherSpec:
          seen = this.#changeCipherSpec();
          break;
        case FOUND.encrypted:
          seen = this.#encrypted();
          break;
        case FOUND.alert:
        case FOUND.wrong:
          seen = this.#handshake.alertOrWrong(reader, found);
      }
      if (seen !== SEEN.nothing) return seen;
    }
    return SEEN.nothing;
  }

  #mustWait(): boolean {
    return (
      this.#handshake.originAt === AT.waiting ||
      (this.#handshake.originAt === AT.secondHello && this.#handshake.clientAt === AT.secondHello)
    );
  }

  #message(): Seen {
    const { messageType } = this.#handshake.origin;
    switch (this.#handshake.originAt) {
      case AT.hello:
      case AT.secondHello:
        return messageType === MESSAGE.serverHello
          ? this.#answer()
          : this.#handshake.misplaced(messageType, 'before ServerHello');
      case AT.flight:
        return this.#flight(messageType);
      case AT.finishing:
        if (messageType === MESSAGE.newSessionTicket) return this.#ticket();
        return this.#handshake.misplaced(messageType, 'where ChangeCipherSpec belongs');
      default:
        return this.#handshake.misplaced(messageType, 'in the clear, behind ServerHello');
    }
  }

  /** A ServerHello or HelloRetryRequest: what follows depends on what it selects. */
  #answer(): Seen {
    const read = readServerHello(this.#handshake.origin.body);
    if (!read.ok) return this.#handshake.violation('malformed', read.detail);
    if (this.#handshake.origin.isInsideRecord && (read.hello.isRetry || read.hello.version === TLS_1_3)) {
      return this.#handshake.violation('order', 'bytes follow ServerHello in its record');
    }
    this.#handshake.serverHello = read.hello;
    this.#echoesSessionId = sameBytes(read.hello.sessionId, this.#handshake.hello.sessionId);
    if (read.hello.isRetry) {
      if (this.#handshake.retried) return this.#handshake.violation('order', 'it sends a second HelloRetryRequest');
      this.#handshake.retried = true;
      this.#handshake.originAt = AT.secondHello;
      this.#handshake.clientAt = AT.secondHello;
      return SEEN.serverHello;
    }
    if (read.hello.version === TLS_1_3) {
      this.#handshake.originAt = AT.encrypted;
      this.#handshake.clientAt = AT.encrypted;
      if (this.#handshake.earlyData) this.#handshake.clientDone();
      return SEEN.serverHello;
    }
    if (this.#handshake.earlyData) {
      this.#handshake.culprit = 'client';
      return this.#handshake.violation('order', EARLY);
    }
    this.#handshake.suite = cipherSuite(read.hello.cipherSuite);
    this.#handshake.order = flightOrder(this.#handshake.suite?.keyExchange ?? null);
    this.#handshake.originAt = AT.flight;
    this.#handshake.clientAt = AT.waiting;
    return SEEN.serverHello;
  }

  #flight(messageType: number): Seen {
    if (this.#place === 0 && messageType === MESSAGE.newSessionTicket && !this.#handshake.resumed)
      return this.#resumes();
    const place = placeOf(messageType);
    const wrong = outOfPlace(place, this.#place, this.#handshake.order);
    if (wrong !== null) return this.#handshake.violation('order', `${messageName(messageType)} ${wrong}`);
    this.#place = place;
    switch (place) {
      case PLACE.certificate:
        this.#handshake.body = this.#handshake.origin.body;
        return SEEN.serverCertificate;
      case PLACE.certificateStatus:
        return this.#handshake.serverHello?.staplesStatus === true
          ? SEEN.nothing
          : this.#handshake.violation('order', 'CertificateStatus was not announced');
      case PLACE.certificateRequest:
        this.#handshake.asksCertificate = true;
        return SEEN.nothing;
      case PLACE.serverHelloDone:
        if (this.#handshake.origin.body.length > 0)
          return this.#handshake.violation('malformed', 'ServerHelloDone is not empty');
        this.#handshake.originAt = AT.waiting;
        this.#handshake.clientAt = AT.flight;
        return SEEN.serverHelloDone;
      default:
        return SEEN.nothing;
    }
  }

  /** NewSessionTicket or ChangeCipherSpec right behind ServerHello: an abbreviated handshake (RFC 5246 section 7.3). */
  #resumes(): Seen {
    if (!this.#offersResumption())
      return this.#handshake.violation('order', 'it resumes a session that the client did not offer');
    this.#handshake.resumed = true;
    this.#handshake.originAt = AT.finishing;
    this.#again = true;
    return SEEN.resumption;
  }

  /** A server that resumes repeats the session id; only behind a ticket may the client's be empty (RFC 5077 section 3.4). */
  #offersResumption(): boolean {
    const { hello } = this.#handshake;
    if (hello.sessionId.length === 0) return hello.ticket !== null;
    return this.#echoesSessionId;
  }

  #ticket(): Seen {
    this.#again = false;
    if (this.#handshake.serverHello?.issuesTicket !== true)
      return this.#handshake.violation('order', 'NewSessionTicket was not announced');
    if (this.#ticketSeen) return this.#handshake.violation('order', 'NewSessionTicket comes twice');
    this.#ticketSeen = true;
    this.#handshake.body = this.#handshake.origin.body;
    return SEEN.ticket;
  }

  #changeCipherSpec(): Seen {
    switch (this.#handshake.originAt) {
      case AT.secondHello:
      case AT.encrypted:
        this.#specs += 1;
        return this.#specs > CHANGE_CIPHER_SPEC_LIMIT
          ? this.#handshake.violation('order', 'ChangeCipherSpec comes too often')
          : SEEN.nothing;
      case AT.flight: {
        if (this.#place !== 0)
          return this.#handshake.violation('order', 'ChangeCipherSpec comes before ServerHelloDone');
        const seen = this.#resumes();
        this.#again = false;
        if (seen === SEEN.resumption) this.#change();
        return seen;
      }
      case AT.finishing:
        this.#change();
        return SEEN.nothing;
      default:
        return this.#handshake.violation('order', 'ChangeCipherSpec does not belong there');
    }
  }

  #change(): void {
    this.#handshake.origin.encrypted = true;
    this.#handshake.originAt = AT.finished;
  }

  #encrypted(): Seen {
    switch (this.#handshake.originAt) {
      case AT.encrypted:
        if (this.#handshake.encrypted13(this.#handshake.origin) === SEEN.violation) return SEEN.violation;
        this.#handshake.originDone();
        return SEEN.nothing;
      case AT.finished: {
        const seen = this.#handshake.finished(this.#handshake.origin);
        if (seen !== SEEN.nothing) return seen;
        this.#handshake.originDone();
        // An abbreviated handshake: the client finishes last.
        if (this.#handshake.resumed) this.#handshake.clientAt = AT.finishing;
        return SEEN.nothing;
      }
      default:
        return this.#handshake.violation('order', EARLY);
    }
  }
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false;
  return true;
}
