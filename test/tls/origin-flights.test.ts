import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CHANGE_CIPHER_SPEC,
  RETRY_RANDOM,
  buildServerHello,
  handshake,
  message,
  record,
  serverHelloBody,
} from '../support/flight.ts';
import { extension, join } from '../support/hello.ts';
import { Observed } from '../support/observed.ts';

const ID = new Uint8Array(32).fill(0x11);
const HELLO_13 = buildServerHello({ version: 0x0304, sessionId: ID });
const CERTIFICATE = message(11, Uint8Array.of(0, 0, 4, 0, 0, 1, 0x30));
const [STATUS, KEY_EXCHANGE, REQUEST, DONE] = [message(22), message(12), message(13), message(14)];
const TICKET = message(4, Uint8Array.of(0, 0, 0, 9, 0, 1, 7));
const FINISHED = record(0x16, new Uint8Array(40));
const [ECDHE, RSA, ANON, PSK] = [0xc02f, 0x009c, 0x0034, 0x00a8];

const full = (cipherSuite: number, ...messages: readonly Uint8Array[]): Observed => {
  const status = [5, new Uint8Array(0)] as const;
  return new Observed().origin(buildServerHello({ cipherSuite, extensions: [status] }), handshake(...messages));
};
const resumed = (...chunks: readonly Uint8Array[]): Observed =>
  new Observed({ sessionId: ID }).origin(
    buildServerHello({ sessionId: ID, extensions: [[35, new Uint8Array(0)]] }),
    ...chunks,
  );

describe('the first flight of a server up to TLS 1.2', () => {
  for (const [title, suite, messages] of [
    ['ECDHE', ECDHE, [CERTIFICATE, KEY_EXCHANGE, DONE]],
    ['ECDHE with everything', ECDHE, [CERTIFICATE, STATUS, KEY_EXCHANGE, REQUEST, DONE]],
    ['RSA', RSA, [CERTIFICATE, DONE]],
    ['RSA that asks for a certificate', RSA, [CERTIFICATE, REQUEST, DONE]],
    ['DH_anon', ANON, [KEY_EXCHANGE, DONE]],
    ['PSK without a hint', PSK, [DONE]],
    ['PSK with a hint', PSK, [KEY_EXCHANGE, DONE]],
    ['a suite that is not known', 0xfefe, [CERTIFICATE, DONE]],
  ] as const) {
    it(`may be that of ${title}, in one record or in many`, () => {
      assert.equal(full(suite, ...messages).seen.at(-1), 'serverHelloDone', title);
      const single = new Observed().origin(
        buildServerHello({ cipherSuite: suite, extensions: [[5, new Uint8Array(0)]] }),
      );
      single.origin(...messages.map((each) => handshake(each)));
      assert.equal(single.seen.at(-1), 'serverHelloDone');
      assert.equal(single.observer.progress.asksCertificate, messages.includes(REQUEST as never));
    });
  }

  for (const [suite, messages, detail] of [
    [ECDHE, [CERTIFICATE, DONE], 'ServerHelloDone comes before a message that has to precede it'],
    [ECDHE, [KEY_EXCHANGE], 'ServerKeyExchange comes before a message that has to precede it'],
    [ECDHE, [CERTIFICATE, CERTIFICATE], 'Certificate comes too late or twice'],
    [ECDHE, [CERTIFICATE, KEY_EXCHANGE, STATUS], 'CertificateStatus comes too late or twice'],
    [ECDHE, [CERTIFICATE, REQUEST], 'CertificateRequest comes before a message that has to precede it'],
    [RSA, [CERTIFICATE, KEY_EXCHANGE], 'ServerKeyExchange does not go with the cipher suite'],
    [ANON, [KEY_EXCHANGE, REQUEST], 'CertificateRequest does not go with the cipher suite'],
    [PSK, [CERTIFICATE], 'Certificate does not go with the cipher suite'],
    [RSA, [message(0)], 'HelloRequest does not belong there'],
    [RSA, [CERTIFICATE, message(2)], 'ServerHello does not belong there'],
    [RSA, [CERTIFICATE, message(20)], 'Finished does not belong there'],
    [RSA, [CERTIFICATE, DONE, DONE], 'bytes follow the end of its flight'],
  ] as const) {
    it(`is refused where ${detail}`, () => {
      assert.equal(full(suite, ...messages).violation, `origin order: ${detail}`);
    });
  }

  it('has no CertificateStatus that was not announced, and an empty ServerHelloDone', () => {
    const silent = new Observed().origin(buildServerHello(), handshake(CERTIFICATE, STATUS));
    assert.equal(silent.violation, 'origin order: CertificateStatus was not announced');
    assert.equal(full(RSA, CERTIFICATE, message(14, ID)).violation, 'origin malformed: ServerHelloDone is not empty');
  });

  it('ends before ChangeCipherSpec and application data', () => {
    const early = new Observed().origin(
      buildServerHello({ cipherSuite: RSA }),
      handshake(CERTIFICATE),
      CHANGE_CIPHER_SPEC,
    );
    assert.equal(early.violation, 'origin order: ChangeCipherSpec comes before ServerHelloDone');
    const data = new Observed().origin(buildServerHello(), record(0x17, ID));
    assert.equal(data.violation, 'origin order: application data comes before the handshake is over');
  });

  it('begins with ServerHello', () => {
    assert.equal(
      new Observed().origin(handshake(CERTIFICATE)).violation,
      'origin order: Certificate comes before ServerHello',
    );
    const empty = new Observed().origin(handshake(message(0)));
    assert.equal(empty.violation, 'origin order: HelloRequest comes before ServerHello');
    assert.match(new Observed().origin(CHANGE_CIPHER_SPEC).violation, /ChangeCipherSpec does not belong there/);
    assert.match(
      new Observed().origin(record(0x16, message(2))).violation,
      /^origin malformed: a length in the ServerHello/,
    );
  });
});

describe('a server that resumes a session', () => {
  it('says ChangeCipherSpec and Finished, with a new ticket before them or without', () => {
    assert.deepEqual(resumed(CHANGE_CIPHER_SPEC, FINISHED).seen, ['serverHello', 'resumption']);
    assert.deepEqual(resumed(handshake(TICKET), CHANGE_CIPHER_SPEC, FINISHED).seen, [
      'serverHello',
      'resumption',
      'ticket',
    ]);
  });

  it('must have been offered one', () => {
    const unasked = new Observed({ sessionId: ID }).origin(buildServerHello(), CHANGE_CIPHER_SPEC);
    assert.equal(unasked.violation, 'origin order: it resumes a session that the client did not offer');
    const empty = new Observed({ sessionId: new Uint8Array(0) }).origin(buildServerHello(), CHANGE_CIPHER_SPEC);
    assert.equal(empty.violation, 'origin order: it resumes a session that the client did not offer');
    const ticket = new Observed({ sessionId: new Uint8Array(0), extensions: [[35, ID]] });
    assert.equal(ticket.origin(buildServerHello(), CHANGE_CIPHER_SPEC).violation, 'none');
  });

  it('issues one announced ticket', () => {
    const twice = resumed(handshake(TICKET, TICKET));
    assert.equal(twice.violation, 'origin order: NewSessionTicket comes twice');
    const unannounced = new Observed({ sessionId: ID }).origin(buildServerHello({ sessionId: ID }), handshake(TICKET));
    assert.equal(unannounced.violation, 'origin order: NewSessionTicket was not announced');
  });

  it('encrypts Finished: what comes in the clear is refused', () => {
    const clear = 'origin order: a handshake message comes in the clear behind ChangeCipherSpec';
    assert.equal(resumed(CHANGE_CIPHER_SPEC, handshake(message(20, new Uint8Array(12)))).violation, clear);
    assert.equal(resumed(CHANGE_CIPHER_SPEC, handshake(message(2, new Uint8Array(70)))).violation, clear);
    assert.match(resumed(CHANGE_CIPHER_SPEC, record(0x17, ID)).violation, /application data comes before Finished/);
    assert.match(resumed(CHANGE_CIPHER_SPEC, CHANGE_CIPHER_SPEC).violation, /ChangeCipherSpec does not belong there/);
    assert.equal(resumed(CHANGE_CIPHER_SPEC, record(0x15, ID)).seen.at(-1), 'fatalAlert');
  });
});

describe('a server of TLS 1.3', () => {
  it('encrypts everything behind ServerHello but one ChangeCipherSpec', () => {
    assert.deepEqual(new Observed().origin(HELLO_13, CHANGE_CIPHER_SPEC, record(0x17, ID)).seen, ['serverHello']);
    const clear = new Observed().origin(HELLO_13, handshake(message(8)));
    assert.equal(clear.violation, 'origin order: EncryptedExtensions comes in the clear, behind ServerHello');
    const short = new Observed().origin(HELLO_13, record(0x17, new Uint8Array(16)));
    assert.equal(short.violation, 'origin malformed: an encrypted record is too short');
    const often = new Observed().origin(HELLO_13, CHANGE_CIPHER_SPEC, CHANGE_CIPHER_SPEC, CHANGE_CIPHER_SPEC);
    assert.equal(often.violation, 'origin order: ChangeCipherSpec comes too often');
    const crowded = new Observed().origin(handshake(message(2, serverHelloBody({ version: 0x0304 })), message(8)));
    assert.equal(crowded.violation, 'origin order: bytes follow ServerHello in its record');
  });

  it('may ask for another ClientHello once, and waits for it', () => {
    const retry = buildServerHello({ version: 0x0304, random: RETRY_RANDOM, sessionId: ID });
    const observed = new Observed({ versions: [0x0304] }).origin(retry, CHANGE_CIPHER_SPEC, HELLO_13);
    assert.deepEqual(observed.seen, ['serverHello']);
    assert.equal(observed.observer.turn, 'client');
    const again = new Observed({ versions: [0x0304] }).origin(retry, retry);
    again.client(record(0x16, join([message(1, helloBody())])));
    assert.equal(again.violation, 'origin order: it sends a second HelloRetryRequest');
  });
});

/** A ClientHello that is only well formed. */
function helloBody(): Uint8Array {
  const versions = extension(43, Uint8Array.of(2, 3, 4));
  return join([
    Uint8Array.of(3, 3),
    new Uint8Array(32),
    Uint8Array.of(0, 0, 2, 0x13, 0x01, 1, 0, 0, versions.length),
    versions,
  ]);
}
