import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configSchema } from '../../src/config/schema.ts';
import { compileClientCertificateRules } from '../../src/policy/client-certificate.ts';
import { judgeSecondHello, judgeServerHello } from '../../src/policy/server-hello.ts';
import { compileTlsRules } from '../../src/policy/tls-session.ts';
import type { Verdict } from '../../src/policy/verdict.ts';
import { readClientHello } from '../../src/tls/client-hello.ts';
import type { ClientHello } from '../../src/tls/client-hello.ts';
import { readServerHello } from '../../src/tls/server-hello.ts';
import type { ServerHello } from '../../src/tls/server-hello.ts';
import type { ServerHelloOptions } from '../support/flight.ts';
import { RETRY_RANDOM, serverHelloBody } from '../support/flight.ts';
import type { HelloOptions } from '../support/hello.ts';
import { buildHelloMessage } from '../support/hello.ts';

const ID = new Uint8Array(32).fill(0x11);
const BOTH = { versions: [0x0304, 0x0303] } as const;

function offer(options: HelloOptions): ClientHello {
  const read = readClientHello(buildHelloMessage(options).subarray(4));
  assert.ok(read.ok);
  return read.hello;
}

function answer(options: ServerHelloOptions): ServerHello {
  const read = readServerHello(serverHelloBody(options));
  assert.ok(read.ok);
  return read.hello;
}

function judge(
  options: ServerHelloOptions,
  hello: HelloOptions = BOTH,
  tls: object = {},
  more: { retry?: ServerHelloOptions; subjects?: readonly string[] } = {},
): Verdict {
  const config = configSchema.parse({ tls, allowedClientCertificates: more.subjects ?? [] });
  const retry = more.retry === undefined ? null : answer(more.retry);
  const certificates = compileClientCertificateRules(config);
  return judgeServerHello(answer(options), offer(hello), retry, compileTlsRules(config.tls), certificates);
}

function outcome(verdict: Verdict): string {
  if (verdict.allow) return 'allowed';
  return `${verdict.reason}${'detail' in verdict.fields ? `: ${String(verdict.fields['detail'])}` : ''}`;
}

describe('the version a server selects', () => {
  it('passes when it is allowed and offered', () => {
    assert.equal(outcome(judge({ version: 0x0304, sessionId: ID })), 'allowed');
    assert.equal(outcome(judge({})), 'allowed');
    const old = { legacyVersion: 0x0303 } as const;
    assert.equal(outcome(judge({ version: 0x0301 }, old, { minVersion: '1.0' })), 'allowed');
  });

  it('is refused outside minVersion to maxVersion, whatever was offered', () => {
    const low = judge({ version: 0x0302 }, { versions: [0x0303, 0x0302] });
    assert.deepEqual(low, {
      allow: false,
      reason: 'server-version',
      fields: { selected: 'TLS 1.1', allowed: 'TLS 1.2 to TLS 1.3' },
    });
    const high = judge({ version: 0x0304, sessionId: ID }, BOTH, { maxVersion: '1.2' });
    assert.equal(outcome(high), 'server-version');
    for (const version of [0x0300, 0x0002]) {
      assert.equal(outcome(judge({ version }, BOTH, { minVersion: '1.0' })), 'server-version');
    }
  });

  it('is refused when it was not offered', () => {
    assert.equal(outcome(judge({}, { versions: [0x0304] })), 'server-choice: TLS 1.2');
    assert.equal(outcome(judge({ version: 0x0304, sessionId: ID }, {})), 'server-choice: TLS 1.3');
    const low = judge({ version: 0x0302 }, BOTH, { minVersion: '1.0' });
    assert.equal(outcome(low), 'server-choice: TLS 1.1');
  });

  it('is refused with the mark of a downgrade, when the client offered TLS 1.3', () => {
    const random = new Uint8Array(32);
    random.set([0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 1], 24);
    assert.equal(outcome(judge({ random })), 'server-downgrade');
    assert.equal(outcome(judge({ random }, { versions: [0x0303] })), 'allowed');
    random[31] = 2;
    assert.equal(outcome(judge({ random })), 'allowed');
  });

  it('is refused when it hides a client certificate that is to be checked', () => {
    const tls = { hiddenClientCertificate: 'reject' };
    const hidden = { version: 0x0304, sessionId: ID } as const;
    assert.equal(outcome(judge(hidden, BOTH, tls, { subjects: ['a'] })), 'client-certificate-hidden');
    assert.equal(outcome(judge(hidden, BOTH, tls)), 'allowed');
    assert.equal(outcome(judge(hidden, BOTH, {}, { subjects: ['a'] })), 'allowed');
    assert.equal(outcome(judge({}, BOTH, tls, { subjects: ['a'] })), 'allowed');
  });
});

describe('what else a server selects', () => {
  for (const [detail, options, hello] of [
    ['cipher suite TLS_RSA_WITH_AES_128_CBC_SHA', { cipherSuite: 0x002f }, BOTH],
    ['TLS_AES_128_GCM_SHA256 with TLS 1.2', { cipherSuite: 0x1301 }, BOTH],
    [
      'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 with TLS 1.3',
      { version: 0x0304, sessionId: ID, cipherSuite: 0xc02f },
      BOTH,
    ],
    ['compression', { compression: 1 }, BOTH],
    ['two versions that do not fit together', { version: 0x0304, sessionId: ID, legacyVersion: 0x0302 }, BOTH],
    ['another ClientHello, below TLS 1.3', { random: RETRY_RANDOM }, BOTH],
  ] as const) {
    it(`is refused when it is ${detail}`, () => {
      assert.equal(outcome(judge(options, hello)), `server-choice: ${detail}`);
    });
  }

  it('agrees with its HelloRetryRequest', () => {
    const retry = { version: 0x0304, random: RETRY_RANDOM, sessionId: ID, cipherSuite: 0x1302 };
    const same = judge({ version: 0x0304, sessionId: ID, cipherSuite: 0x1302 }, BOTH, {}, { retry });
    assert.equal(outcome(same), 'allowed');
    const other = judge({ version: 0x0304, sessionId: ID, cipherSuite: 0x1301 }, BOTH, {}, { retry });
    assert.equal(outcome(other), 'server-choice: something else than its HelloRetryRequest selected');
  });

  it('may be another session id: that the client has to check', () => {
    assert.equal(outcome(judge({ version: 0x0304, sessionId: new Uint8Array(32) })), 'allowed');
  });

  it('may be compression that was offered', () => {
    assert.equal(outcome(judge({ compression: 1 }, { ...BOTH, compression: [1, 0] })), 'allowed');
  });
});

describe('a second ClientHello', () => {
  const first: HelloOptions = { ...BOTH, serverName: 'a.example.test' };
  it('asks for the same as the first', () => {
    assert.equal(outcome(judgeSecondHello(offer(first), offer(first))), 'allowed');
    const shares = { ...first, extensions: [[51, ID]] as const };
    assert.equal(outcome(judgeSecondHello(offer(shares), offer(first))), 'allowed');
  });

  for (const [detail, change] of [
    ['its server name', { serverName: 'b.example.test' }],
    ['its versions', { versions: [0x0304] }],
    ['its versions', { legacyVersion: 0x0302 }],
    ['its cipher suites', { cipherSuites: [0x1301] }],
    ['its session id', { sessionId: new Uint8Array(32) }],
    ['it announces early data', { extensions: [[42, new Uint8Array(0)]] }],
  ] as const) {
    it(`is refused for ${detail} (${Object.keys(change).join()})`, () => {
      assert.equal(outcome(judgeSecondHello(offer({ ...first, ...change }), offer(first))), `hello-changed: ${detail}`);
    });
  }
});
