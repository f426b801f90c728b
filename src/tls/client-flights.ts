import { readClientHello } from './client-hello.ts';
import { FOUND } from './handshake-reader.ts';
import type { HandshakeProgress, Seen } from './handshake-progress.ts';
import { AT, CHANGE_CIPHER_SPEC_LIMIT, EARLY, SEEN } from './handshake-progress.ts';
import { ALERT, HANDSHAKE, MESSAGE, messageName } from './record.ts';

/** What a client may say behind its ClientHello, in its order (RFC 8446 section 4, RFC 5246 section 7.3). */
export class ClientFlights {
  readonly #handshake: HandshakeProgress;
  /** Type of the message before, up to TLS 1.2; 0 for none. */
  #last = 0;
  #showsCertificate = false;
  #specs = 0;

  constructor(handshake: HandshakeProgress) {
    this.#handshake = handshake;
  }

  /** Reads on, up to the next thing to judge. */
  advance(): Seen {
    this.#handshake.culprit = 'client';
    const reader = this.#handshake.client;
    while (this.#handshake.clientAt !== AT.done) {
      if (this.#mustWait() && reader.nextRecordType() !== ALERT) {
        return reader.isInsideRecord
          ? this.#handshake.violation('order', 'bytes follow the end of its flight')
          : SEEN.nothing;
      }
      const found = reader.next();
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
    if (this.#handshake.clientAt === AT.waiting) return true;
    // Behind the hello only early data may go on by itself; a second hello is for a server that asked for it.
    return (
      this.#handshake.clientAt === AT.hello &&
      (!this.#handshake.hello.earlyData ||
        this.#handshake.retried ||
        this.#handshake.client.nextRecordType() === HANDSHAKE)
    );
  }

  #message(): Seen {
    const { messageType } = this.#handshake.client;
    switch (this.#handshake.clientAt) {
      case AT.secondHello:
        if (messageType !== MESSAGE.clientHello)
          return this.#handshake.misplaced(messageType, 'where a second ClientHello belongs');
        if (this.#handshake.client.isInsideRecord)
          return this.#handshake.violation('order', 'bytes follow the ClientHello in its record');
        this.#handshake.secondHello = readClientHello(this.#handshake.client.body);
        this.#handshake.earlyData = false;
        this.#handshake.clientAt = AT.hello;
        return SEEN.secondHello;
      case AT.flight:
        return this.#flight(messageType);
      default:
        return this.#handshake.misplaced(messageType, 'in the clear, behind ServerHello');
    }
  }

  /** Certificate, ClientKeyExchange, CertificateVerify (RFC 5246 section 7.3). */
  #flight(messageType: number): Seen {
    const before = this.#last;
    this.#last = messageType;
    switch (messageType) {
      case MESSAGE.certificate:
        if (before !== 0) break;
        if (!this.#handshake.asksCertificate)
          return this.#handshake.violation('order', 'Certificate was not asked for');
        // An empty list is three bytes of length.
        this.#showsCertificate = this.#handshake.client.body.length > 3;
        this.#handshake.body = this.#handshake.client.body;
        return SEEN.clientCertificate;
      case MESSAGE.clientKeyExchange:
        if (before === (this.#handshake.asksCertificate ? MESSAGE.certificate : 0)) return SEEN.nothing;
        break;
      case MESSAGE.certificateVerify:
        if (before === MESSAGE.clientKeyExchange && this.#showsCertificate) return SEEN.nothing;
        break;
      case MESSAGE.clientHello:
        return this.#handshake.violation(
          'order',
          'a ClientHello in the middle of the handshake, a renegotiation in the clear',
        );
    }
    return this.#handshake.misplaced(
      messageType,
      before === 0 ? 'behind ServerHelloDone' : `behind ${messageName(before)}`,
    );
  }

  #changeCipherSpec(): Seen {
    switch (this.#handshake.clientAt) {
      case AT.hello:
      case AT.secondHello:
      case AT.encrypted:
        this.#specs += 1;
        return this.#specs > CHANGE_CIPHER_SPEC_LIMIT
          ? this.#handshake.violation('order', 'ChangeCipherSpec comes too often')
          : SEEN.nothing;
      case AT.flight: {
        const signed = this.#last === MESSAGE.certificateVerify;
        const mustSign = this.#showsCertificate && this.#handshake.order.clientSigns;
        if (!signed && (mustSign || this.#last !== MESSAGE.clientKeyExchange)) {
          return this.#handshake.violation(
            'order',
            `ChangeCipherSpec comes before ${mustSign ? 'CertificateVerify' : 'ClientKeyExchange'}`,
          );
        }
        break;
      }
      case AT.finishing:
        break;
      default:
        return this.#handshake.violation('order', 'ChangeCipherSpec does not belong there');
    }
    this.#handshake.client.encrypted = true;
    this.#handshake.clientAt = AT.finished;
    return SEEN.nothing;
  }

  #encrypted(): Seen {
    switch (this.#handshake.clientAt) {
      case AT.hello:
      case AT.secondHello:
        // Early data, or what of it was under way when the server asked for another hello (RFC 8446 section 4.2.10).
        if (!this.#handshake.hello.earlyData) break;
        if (this.#handshake.encrypted13(this.#handshake.client) === SEEN.violation) return SEEN.violation;
        this.#handshake.earlyData = this.#handshake.clientAt === AT.hello;
        return SEEN.nothing;
      case AT.encrypted:
        if (this.#handshake.encrypted13(this.#handshake.client) === SEEN.violation) return SEEN.violation;
        this.#handshake.clientDone();
        return SEEN.nothing;
      case AT.finished: {
        const seen = this.#handshake.finished(this.#handshake.client);
        if (seen !== SEEN.nothing) return seen;
        this.#handshake.clientDone();
        // A full handshake: the server finishes last.
        if (!this.#handshake.resumed) this.#handshake.originAt = AT.finishing;
        return SEEN.nothing;
      }
    }
    return this.#handshake.violation('order', EARLY);
  }
}
