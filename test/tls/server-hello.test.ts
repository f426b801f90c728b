import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readServerHello } from '../../src/tls/server-hello.ts';
import { RETRY_RANDOM, serverHelloBody } from '../support/flight.ts';

const EMPTY = new Uint8Array(0);

function detail(body: Uint8Array): string {
  const read = readServerHello(body);
  return read.ok ? 'read' : read.detail;
}

describe('readServerHello', () => {
  it('reads what a server selects', () => {
    const read = readServerHello(
      serverHelloBody({ version: 0x0302, cipherSuite: 0xc013, sessionId: Uint8Array.of(7), extensions: [[35, EMPTY]] }),
    );
    assert.ok(read.ok);
    assert.deepEqual(read.hello, {
      legacyVersion: 0x0302,
      version: 0x0302,
      isRetry: false,
      marksDowngrade: false,
      sessionId: Uint8Array.of(7),
      cipherSuite: 0xc013,
      compression: 0,
      issuesTicket: true,
      staplesStatus: false,
      usesPreSharedKey: false,
    });
  });

  it('takes the version from the extension, and knows HelloRetryRequest and pre_shared_key', () => {
    const psk = [41, Uint8Array.of(0, 0)] as const;
    const read = readServerHello(serverHelloBody({ version: 0x0304, random: RETRY_RANDOM, extensions: [psk] }));
    assert.ok(read.ok);
    const { version, legacyVersion, isRetry, usesPreSharedKey } = read.hello;
    assert.deepEqual([version, legacyVersion, isRetry, usesPreSharedKey], [0x0304, 0x0303, true, true]);
  });

  it('says what is wrong', () => {
    const whole = serverHelloBody({ version: 0x0304 });
    for (let length = 0; length < whole.length; length += 1) {
      // Up to TLS 1.2 the extensions may be absent.
      const expected = length === 38 ? 'read' : 'a length in the ServerHello is wrong';
      assert.equal(detail(whole.slice(0, length)), expected, String(length));
    }
    assert.match(detail(Uint8Array.of(...whole, 0)), /bytes follow the extensions/);
    assert.match(detail(serverHelloBody({ sessionId: new Uint8Array(33) })), /session id .* too long/);
    assert.match(
      detail(
        serverHelloBody({
          extensions: [
            [5, EMPTY],
            [5, EMPTY],
          ],
        }),
      ),
      /extension 5 comes twice/,
    );
    assert.match(detail(serverHelloBody({ extensions: [[43, EMPTY]] })), /does not have two bytes/);
    const many = Array.from({ length: 70 }, (_, type) => [1000 + type, EMPTY] as const);
    assert.match(detail(serverHelloBody({ extensions: many })), /over 64 extensions/);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => typeof readServerHello(bytes).ok === 'boolean'),
    );
  });
});
