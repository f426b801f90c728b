import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cipherSuite, cipherSuiteName, isTls13Suite } from '../../src/tls/cipher-suites.ts';

describe('cipher suites', () => {
  it('have the names of the registry, and their number where they are not listed', () => {
    assert.equal(cipherSuiteName(0x1301), 'TLS_AES_128_GCM_SHA256');
    assert.equal(cipherSuiteName(0xc02f), 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256');
    assert.equal(cipherSuiteName(0x000a), 'TLS_RSA_WITH_3DES_EDE_CBC_SHA');
    assert.equal(cipherSuiteName(0xccaa), 'TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256');
    assert.equal(cipherSuiteName(0x0a0a), '0x0a0a');
  });

  it('say how keys are agreed on, and how long a Finished record is', () => {
    const facts = (code: number): unknown => [cipherSuite(code)?.keyExchange, cipherSuite(code)?.finishedBytes];
    assert.deepEqual(facts(0xc02f), ['ECDHE_RSA', 40]);
    assert.deepEqual(facts(0xcca9), ['ECDHE_ECDSA', 32]);
    assert.deepEqual(facts(0xc0a0), ['RSA', 32]);
    assert.deepEqual(facts(0xc09c), ['RSA', 40]);
    assert.deepEqual(facts(0x002f), ['RSA', null]);
    assert.equal(cipherSuite(0xfefe), null);
  });

  it('of TLS 1.3 are of no other version', () => {
    assert.deepEqual([0x1301, 0x1305, 0x00c6, 0xc02f, 0x00ff].map(isTls13Suite), [true, true, true, false, false]);
  });
});
