import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CHANGE_CIPHER_SPEC, RETRY_RANDOM, buildServerHello, handshake, message, record } from '../support/flight.ts';
import { buildClientHello, join } from '../support/hello.ts';
import { Observed } from '../support/observed.ts';

const CERTIFICATE = message(11, Uint8Array.of(0, 0, 4, 0, 0, 1, 0x30));
const NO_CERTIFICATE = message(11, new Uint8Array(3));
const [KEY_EXCHANGE, VERIFY, REQUEST] = [message(16), message(15), message(13)];
const FINISHED = record(0x16, new Uint8Array(40));
const DATA = record(0x17, new Uint8Array(40));
const [ECDHE, ECDH, CBC] = [0xc02f, 0xc004, 0xc027];
const EARLY = { versions: [0x0304], extensions: [[42, new Uint8Array(0)]] } as const;
const ID = new Uint8Array(32).fill(0x11);
const HELLO_13 = buildServerHello({ version: 0x0304, sessionId: ID });
const RETRY = buildServerHello({ version: 0x0304, random: RETRY_RANDOM, sessionId: ID });

/** A server that has said what it has to say, and asks for a certificate. */
function asked(cipherSuite = ECDHE): Observed {
  const keys = cipherSuite === ECDH ? [] : [message(12)];
  return new Observed({ cipherSuites: [cipherSuite] }).origin(
    buildServerHello({ cipherSuite }),
    handshake(message(11, Uint8Array.of(0, 0, 4, 0, 0, 1, 0x30)), ...keys, REQUEST, message(14)),
  );
}

function unasked(): Observed {
  return new Observed().origin(buildServerHello(), handshake(message(11, ID), message(12), message(14)));
}

describe('the flight of a client up to TLS 1.2', () => {
  it('is Certificate, ClientKeyExchange, CertificateVerify, ChangeCipherSpec, Finished', () => {
    const observed = asked().client(handshake(CERTIFICATE, KEY_EXCHANGE, VERIFY), CHANGE_CIPHER_SPEC, FINISHED);
    assert.equal(observed.violation, 'none');
    assert.deepEqual(observed.seen.slice(-1), ['clientCertificate']);
    assert.equal(observed.observer.turn, 'origin');
    observed.origin(CHANGE_CIPHER_SPEC, FINISHED);
    assert.ok(observed.observer.isOver);
  });

  it('does without what was not asked for, and without a signature where there is no certificate', () => {
    assert.equal(unasked().client(handshake(KEY_EXCHANGE), CHANGE_CIPHER_SPEC, FINISHED).violation, 'none');
    assert.equal(
      asked().client(handshake(NO_CERTIFICATE, KEY_EXCHANGE), CHANGE_CIPHER_SPEC, FINISHED).violation,
      'none',
    );
    const fixed = asked(ECDH).client(handshake(CERTIFICATE, KEY_EXCHANGE), CHANGE_CIPHER_SPEC);
    assert.equal(fixed.violation, 'none');
  });

  for (const [title, observed, detail] of [
    ['no Certificate', () => asked().client(handshake(KEY_EXCHANGE)), 'ClientKeyExchange comes behind ServerHelloDone'],
    ['one unasked', () => unasked().client(handshake(CERTIFICATE)), 'Certificate was not asked for'],
    ['two', () => asked().client(handshake(CERTIFICATE, CERTIFICATE)), 'Certificate comes behind Certificate'],
    [
      'no signature',
      () => asked().client(handshake(CERTIFICATE, KEY_EXCHANGE), CHANGE_CIPHER_SPEC),
      'ChangeCipherSpec comes before CertificateVerify',
    ],
    [
      'a signature for nothing',
      () => unasked().client(handshake(KEY_EXCHANGE, VERIFY)),
      'CertificateVerify comes behind ClientKeyExchange',
    ],
    ['no key exchange', () => unasked().client(CHANGE_CIPHER_SPEC), 'ChangeCipherSpec comes before ClientKeyExchange'],
    [
      'a renegotiation',
      () => unasked().client(handshake(message(1))),
      'a ClientHello in the middle of the handshake, a renegotiation in the clear',
    ],
    [
      'a message of a server',
      () => unasked().client(handshake(message(2))),
      'ServerHello comes behind ServerHelloDone',
    ],
    ['application data', () => unasked().client(DATA), 'application data comes before the handshake is over'],
    ['a heartbeat', () => unasked().client(record(0x18, ID)), 'there is a record of type 0x18'],
    [
      'a record in the middle of a message',
      () => unasked().client(record(0x16, KEY_EXCHANGE.subarray(0, 2)), CHANGE_CIPHER_SPEC),
      'a record of type 0x14 interrupts a handshake message',
    ],
  ] as const) {
    it(`is refused with ${title}`, () => assert.equal(observed().violation, `client order: ${detail}`));
  }

  it('encrypts Finished, whatever the cipher', () => {
    const clear = 'client order: a handshake message comes in the clear behind ChangeCipherSpec';
    const cases = [message(20, new Uint8Array(12)), message(1, new Uint8Array(200)), message(11, new Uint8Array(60))];
    for (const suite of [ECDHE, CBC, 0xfefe]) {
      for (const plain of cases) {
        const observed = asked(suite === 0xfefe ? ECDHE : suite);
        observed.client(handshake(NO_CERTIFICATE, KEY_EXCHANGE), CHANGE_CIPHER_SPEC, handshake(plain));
        assert.equal(observed.violation, clear);
      }
    }
    const cbc = asked(CBC).client(
      handshake(NO_CERTIFICATE, KEY_EXCHANGE),
      CHANGE_CIPHER_SPEC,
      record(0x16, new Uint8Array(80).fill(9)),
    );
    assert.equal(cbc.violation, 'none');
  });

  it('is not read before the server is done: what comes early waits', () => {
    const observed = new Observed().client(handshake(KEY_EXCHANGE), CHANGE_CIPHER_SPEC, FINISHED);
    assert.deepEqual([observed.seen, observed.observer.progress.client.waiting > 0], [[], true]);
    observed.origin(
      buildServerHello(),
      handshake(message(11, ID), message(12), message(14)),
      CHANGE_CIPHER_SPEC,
      FINISHED,
    );
    assert.ok(observed.observer.isOver);
  });
});

describe('a client of TLS 1.3', () => {
  it('encrypts everything behind the ServerHello but ChangeCipherSpec', () => {
    const observed = new Observed({ versions: [0x0304] }).origin(HELLO_13, DATA).client(CHANGE_CIPHER_SPEC, DATA);
    assert.ok(observed.observer.isOver);
    const clear = new Observed({ versions: [0x0304] }).origin(HELLO_13).client(handshake(CERTIFICATE));
    assert.equal(clear.violation, 'client order: Certificate comes in the clear, behind ServerHello');
    const often = new Observed().origin(HELLO_13).client(CHANGE_CIPHER_SPEC, CHANGE_CIPHER_SPEC, CHANGE_CIPHER_SPEC);
    assert.equal(often.violation, 'client order: ChangeCipherSpec comes too often');
  });

  it('sends early data when its hello announces it, and is done with it when the server answers', () => {
    const observed = new Observed(EARLY).client(CHANGE_CIPHER_SPEC, DATA, DATA);
    assert.equal(observed.observer.progress.client.waiting, 0);
    assert.equal(observed.observer.hearsPlaintext('origin'), false);
    assert.ok(observed.origin(HELLO_13, DATA).observer.isOver);
  });

  it('sends early data in vain to a server that selects TLS 1.2, before its answer or behind it', () => {
    const reason = 'client order: application data comes before the handshake is over';
    assert.equal(new Observed(EARLY).client(DATA).origin(buildServerHello()).violation, reason);
    const behind = new Observed(EARLY).origin(buildServerHello(), handshake(message(11, ID), message(12), message(14)));
    assert.equal(behind.client(DATA).violation, reason);
  });

  it('answers a HelloRetryRequest with a ClientHello of its own record, early data of before passed over', () => {
    const hello = buildClientHello({ versions: [0x0304] });
    const observed = new Observed(EARLY).client(DATA).origin(RETRY).client(DATA, hello);
    assert.deepEqual(observed.seen, ['serverHello', 'secondHello']);
    assert.ok(observed.origin(HELLO_13, DATA).client(DATA).observer.isOver);
    const other = new Observed({ versions: [0x0304] }).origin(RETRY).client(handshake(CERTIFICATE));
    assert.equal(other.violation, 'client order: Certificate comes where a second ClientHello belongs');
    const body = hello.subarray(5);
    const crowded = new Observed({ versions: [0x0304] }).origin(RETRY).client(record(0x16, join([body, body])));
    assert.equal(crowded.violation, 'client order: bytes follow the ClientHello in its record');
  });
});

describe('alerts', () => {
  const warning = record(0x15, Uint8Array.of(1, 112));
  const fatal = record(0x15, Uint8Array.of(2, 48));

  it('that warn go by, and the handshake goes on being watched', () => {
    const observed = new Observed().origin(warning, buildServerHello(), warning);
    observed
      .client(warning)
      .origin(handshake(message(11, ID), message(12), message(14)))
      .client(handshake(CERTIFICATE));
    assert.equal(observed.violation, 'client order: Certificate was not asked for');
  });

  it("that are fatal end it, also while it is the other side's turn", () => {
    for (const observed of [new Observed().client(fatal), unasked().origin(fatal), unasked().client(fatal)]) {
      assert.deepEqual([observed.seen.at(-1), observed.observer.progress.alertCode], ['fatalAlert', 48]);
    }
  });

  it('are whole, alone in their record, of a known level', () => {
    const long = new Observed().client(record(0x15, Uint8Array.of(1, 0, 1, 0)));
    assert.equal(long.violation, 'client malformed: an alert record does not have two bytes');
    const level = new Observed().origin(record(0x15, Uint8Array.of(3, 0)));
    assert.equal(level.violation, 'origin malformed: an alert has an unknown level');
  });
});
