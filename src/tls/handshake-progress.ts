import type { CipherSuite } from './cipher-suites.ts';
import type { ClientHello, ReadHello } from './client-hello.ts';
import { withoutOffers } from './client-hello.ts';
import type { FlightOrder } from './flight-order.ts';
import { flightOrder } from './flight-order.ts';
import type { Fault } from './handshake-reader.ts';
import { FOUND, HandshakeReader } from './handshake-reader.ts';
import { ALERT, HANDSHAKE, MESSAGE_HEAD_BYTES, messageName } from './record.ts';
import type { ServerHello } from './server-hello.ts';

/** How far a handshake has come: what both sides' flights are read against, and what they have told. */

/** What `advance` has come to. */
export const SEEN = {
  /** Nothing more to see until bytes come. */
  nothing: 0,
  /** `serverHello`; a HelloRetryRequest too. */
  serverHello: 1,
  /** `secondHello`, the answer to a HelloRetryRequest. */
  secondHello: 2,
  /** `body` is the server's Certificate message. */
  serverCertificate: 3,
  /** The server's first flight is over: `asksCertificate` is known. */
  serverHelloDone: 4,
  /** The server resumes a session; nothing of its answer behind the ServerHello is accepted yet. */
  resumption: 5,
  /** `body` is the client's Certificate message. */
  clientCertificate: 6,
  /** `body` is a NewSessionTicket message. */
  ticket: 7,
  /** A fatal alert: `alertCode`. */
  fatalAlert: 8,
  /** What came cannot be: `fault`, `detail`. */
  violation: 9,
} as const;
export type Seen = (typeof SEEN)[keyof typeof SEEN];

export type Speaker = 'client' | 'origin';

/** What a side is about to say, in the order of the handshake. */
export const AT = {
  /** The ClientHello is out; only early data may follow. */
  hello: 0,
  /** The answer to a HelloRetryRequest is awaited: from the client, then from the server. */
  secondHello: 1,
  /** TLS 1.3, behind the ServerHello: the next record is encrypted. */
  encrypted: 2,
  /** Up to TLS 1.2: the messages between ServerHello and ChangeCipherSpec. */
  flight: 3,
  /** It is the other side's turn. */
  waiting: 4,
  /** Up to TLS 1.2: ChangeCipherSpec, then Finished. */
  finishing: 5,
  finished: 6,
  done: 7,
} as const;

export const TLS_1_3 = 0x0304;
/** What is wrong with application data where none may be yet. */
export const EARLY = 'application data comes before the handshake is over';
/** One, or two with HelloRetryRequest; clients with early data may send it before the first and the second flight. */
export const CHANGE_CIPHER_SPEC_LIMIT = 2;

/** Content type, one byte, and the tag (RFC 8446 section 5.2). */
const SHORTEST_1_3 = 17;
/** 16 bytes of Finished and at least a MAC of 16. */
const SHORTEST_FINISHED = 32;
/** With the longest MAC, an IV and all the padding there is. */
const LONGEST_FINISHED = 16 + 64 + 16 + 256;

export class HandshakeProgress {
  readonly client: HandshakeReader;
  readonly origin: HandshakeReader;
  /** The first ClientHello, judged; without its offers once a TLS 1.3 server has answered. */
  hello: ClientHello;

  clientAt: number = AT.hello;
  originAt: number = AT.hello;
  serverHello: ServerHello | null = null;
  secondHello: ReadHello | null = null;
  /** A HelloRetryRequest has come. */
  retried = false;
  /** The client has sent early data that no HelloRetryRequest has made void. */
  earlyData = false;
  suite: CipherSuite | null = null;
  order: FlightOrder = flightOrder(null);
  asksCertificate = false;
  resumed = false;
  /** Of the message seen last. */
  body: Uint8Array;
  alertCode = 0;
  fault: Fault = 'malformed';
  detail = '';
  culprit: Speaker = 'client';

  constructor(hello: ClientHello, helloBytes: number, limit: number) {
    this.hello = hello;
    this.client = new HandshakeReader(limit, helloBytes);
    this.origin = new HandshakeReader(limit, 0);
    this.body = this.client.body;
  }

  /** The ServerHello has been judged: in TLS 1.3 nothing is compared with either hello any more. */
  forgetOffers(): void {
    if (this.serverHello?.version !== TLS_1_3 || this.serverHello.isRetry) return;
    this.hello = withoutOffers(this.hello);
    this.serverHello = { ...this.serverHello, sessionId: this.hello.sessionId };
  }

  /** The first encrypted record of TLS 1.3: `nothing` when it can be one. */
  encrypted13(reader: HandshakeReader): Seen {
    return reader.recordBytes >= SHORTEST_1_3
      ? SEEN.nothing
      : this.violation('malformed', 'an encrypted record is too short');
  }

  /** The record behind ChangeCipherSpec has to be an encrypted Finished. */
  finished(reader: HandshakeReader): Seen {
    const { recordType, recordBytes } = reader;
    if (recordType === ALERT) {
      // Encrypted, so its code is not visible; nothing but the end of the session follows an alert there.
      this.alertCode = -1;
      return SEEN.fatalAlert;
    }
    if (recordType !== HANDSHAKE) return this.violation('order', 'application data comes before Finished');
    const exact = this.serverHello?.compression === 0 ? (this.suite?.finishedBytes ?? null) : null;
    const isSized =
      exact === null ? recordBytes >= SHORTEST_FINISHED && recordBytes <= LONGEST_FINISHED : recordBytes === exact;
    if (isSized && (exact !== null || !looksPlain(reader.body, recordBytes))) return SEEN.nothing;
    return this.violation('order', 'a handshake message comes in the clear behind ChangeCipherSpec');
  }

  alertOrWrong(reader: HandshakeReader, found: number): Seen {
    if (found === FOUND.wrong) return this.violation(reader.fault, reader.detail);
    // Up to TLS 1.2 a warning goes by and the handshake goes on.
    if (reader.alertLevel === 1) return SEEN.nothing;
    this.alertCode = reader.alertCode;
    return SEEN.fatalAlert;
  }

  misplaced(messageType: number, where: string): Seen {
    return this.violation('order', `${messageName(messageType)} comes ${where}`);
  }

  violation(fault: Fault, detail: string): Seen {
    this.fault = fault;
    this.detail = detail;
    return SEEN.violation;
  }

  originDone(): void {
    this.originAt = AT.done;
    this.origin.open();
  }

  clientDone(): void {
    this.clientAt = AT.done;
    this.client.open();
  }
}

/** A whole handshake message of a known type that fills its record: ciphertext does so once in 390 million times. */
function looksPlain(content: Uint8Array, recordBytes: number): boolean {
  const type = content[0] ?? 0;
  const size = ((content[1] ?? 0) << 16) | ((content[2] ?? 0) << 8) | (content[3] ?? 0);
  const known = (type >= 1 && type <= 4) || (type >= 11 && type <= 16) || type === 20 || type === 22;
  return known && size === recordBytes - MESSAGE_HEAD_BYTES;
}
