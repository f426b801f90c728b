import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { HelloAssembler } from '../../src/tls/hello-assembler.ts';
import type { ParsedHello } from '../../src/tls/client-hello.ts';
import { ascii, feed, feedEveryWay, joined, steps } from '../support/feed.ts';
import { buildClientHello, buildHelloMessage, intoRecords, u16, vector16, vector8 } from '../support/hello.ts';

const LIMIT = 262_144;
const GOOD = buildClientHello({ serverName: 'www.test.com', versions: [0x0a0a, 0x0304, 0x0303], alpn: ['h2'] });
/** A browser's hello: post-quantum key share, GREASE, Encrypted ClientHello GREASE; larger than a segment. */
const LARGE = buildClientHello({
  serverName: 'www.test.com',
  versions: [0x3a3a, 0x0304, 0x0303],
  extensions: [
    [0x2a2a, new Uint8Array(0)],
    [51, vector16(joined(u16(0x11ec), vector16(new Uint8Array(1216).fill(7))))],
    [
      0xfe0d,
      joined(
        Uint8Array.of(0),
        u16(1),
        u16(1),
        Uint8Array.of(9),
        vector16(new Uint8Array(32)),
        vector16(new Uint8Array(176)),
      ),
    ],
  ],
});

const parser = (limit = LIMIT) => new HelloAssembler(limit);

function hello(bytes: Uint8Array): Extract<ParsedHello, { state: 'done' }>['hello'] {
  const parsed = feedEveryWay(parser, bytes);
  assert.equal(parsed.state, 'done', JSON.stringify(parsed));
  assert.ok(parsed.state === 'done');
  return parsed.hello;
}

function assertRefused(bytes: Uint8Array, reason: string): void {
  const parsed = feedEveryWay(parser, bytes);
  assert.equal(parsed.state, 'malformed');
  assert.equal(parsed.state === 'malformed' ? parsed.reason : '', reason);
}

describe('a ClientHello', () => {
  it('gives the same facts for every segmentation', () => {
    const facts = hello(GOOD);
    assert.deepEqual([facts.serverName, facts.versions, facts.alpn], ['www.test.com', [0x0304, 0x0303], ['h2']]);
    assert.equal(facts.encryptedClientHello, 'absent');
  });

  it('asks for more at every position before its end', () => {
    for (let length = 0; length < GOOD.length; length += 1) {
      assert.equal(parser().read(GOOD, length).state, 'need-more', `at ${length}`);
    }
  });

  it('may be larger than a segment, with GREASE and Encrypted ClientHello', () => {
    const facts = hello(LARGE);
    assert.ok(LARGE.length > 1_460);
    assert.deepEqual(
      [facts.serverName, facts.versions, facts.encryptedClientHello],
      ['www.test.com', [0x0304, 0x0303], 'outer'],
    );
  });

  it('may lie in many records, down to one byte each', () => {
    const message = buildHelloMessage({ serverName: 'www.test.com', versions: [0x0304] });
    for (const size of [1, 2, 3, 5, 64, 100])
      assert.equal(hello(intoRecords(message, size)).serverName, 'www.test.com');
  });

  it('may carry no extensions at all, as TLS 1.0 to 1.2 allow', () => {
    const facts = hello(buildClientHello({ legacyVersion: 0x0301 }));
    assert.deepEqual([facts.versions, facts.serverName], [[0x0301], null]);
  });
});

describe('what is not a ClientHello', () => {
  it('is refused by its first byte', () => {
    for (const text of ['GET / HTTP/1.1\r\n', 'SSH-2.0-x\r\n', '\u0080\u002e\u0001\u0003\u0001'])
      assertRefused(ascii(text), 'not-tls');
    for (const type of [0x14, 0x15, 0x17]) assertRefused(Uint8Array.of(type, 3, 3, 0, 2, 1, 0), 'not-client-hello');
  });

  it('is refused by record version, handshake type or an interrupting record', () => {
    assertRefused(Uint8Array.of(0x16, 4, 0, 0, 1, 1), 'not-tls');
    assertRefused(Uint8Array.of(0x16, 3, 3, 0, 4, 2, 0, 0, 0), 'not-client-hello');
    assertRefused(
      joined(intoRecords(buildHelloMessage().subarray(0, 20), 20), Uint8Array.of(0x17, 3, 3, 0, 1, 0)),
      'not-client-hello',
    );
  });
});

describe('a ClientHello that lies', () => {
  it('is refused when any length is off', () => {
    const message = buildHelloMessage({ serverName: 'www.test.com', versions: [0x0304], alpn: ['h2'] });
    // Positions of length bytes: session id, cipher suites, compression, extensions and their vectors.
    let refused = 0;
    for (let at = 4; at < message.length; at += 1) {
      for (const change of [-1, 1]) {
        const lie = message.slice();
        lie[at] = ((lie[at] ?? 0) + change) & 0xff;
        const parsed = parser().read(intoRecords(lie, 16_384), lie.length + 5);
        assert.notEqual(parsed.state, 'need-more');
        if (parsed.state === 'malformed') refused += 1;
      }
    }
    assert.ok(refused > 20, `only ${refused} lies were seen`);
  });

  it('is refused with empty or oversized records, and bytes behind it in its record', () => {
    assertRefused(Uint8Array.of(0x16, 3, 1, 0, 0), 'tls-malformed');
    assertRefused(Uint8Array.of(0x16, 3, 1, 0x40, 1), 'tls-malformed');
    assertRefused(intoRecords(joined(buildHelloMessage(), Uint8Array.of(1)), 16_384), 'tls-malformed');
  });

  it('is refused with two names, an empty name, a name that is no text, or an extension twice', () => {
    assertRefused(buildClientHello({ serverName: ['a.com', 'b.com'] }), 'sni-invalid');
    assertRefused(buildClientHello({ serverName: '' }), 'sni-invalid');
    assertRefused(buildClientHello({ serverName: 'a\u0000.com' }), 'sni-invalid');
    const name = vector16(joined(Uint8Array.of(0), vector16(ascii('b.com'))));
    assertRefused(buildClientHello({ serverName: 'a.com', extensions: [[0, name]] }), 'tls-malformed');
  });

  it('is refused when pre_shared_key is not the last extension', () => {
    // One identity with its age, one binder of 32 bytes.
    const identity = joined(vector16(Uint8Array.of(7)), new Uint8Array(4));
    const key = joined(vector16(identity), vector16(vector8(new Uint8Array(32))));
    assertRefused(
      buildClientHello({
        extensions: [
          [41, key],
          [42, new Uint8Array(0)],
        ],
      }),
      'tls-malformed',
    );
    assert.equal(
      hello(
        buildClientHello({
          extensions: [
            [42, new Uint8Array(0)],
            [41, key],
          ],
        }),
      ).preSharedKey,
      true,
    );
  });

  it('is refused when versions or ciphers are empty or odd', () => {
    assertRefused(buildClientHello({ extensions: [[43, vector8(new Uint8Array(0))]] }), 'tls-malformed');
    assertRefused(buildClientHello({ extensions: [[43, vector8(Uint8Array.of(3))]] }), 'tls-malformed');
  });

  it('is refused above the limit before it is held', () => {
    const head = Uint8Array.of(0x16, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff);
    const parsed = feedEveryWay(() => parser(4096), head);
    assert.equal(parsed.state === 'malformed' ? parsed.reason : parsed.state, 'hello-too-large');
  });
});

describe('hostile bytes as a ClientHello', () => {
  it('never throw and lead to one verdict for every segmentation', () => {
    const mutated = fc
      .tuple(
        fc.constantFrom(GOOD, LARGE),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      )
      .map(([bytes, changes]) => {
        const copy = bytes.slice();
        for (const [at, value] of changes) copy[at % copy.length] = value;
        return copy;
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        const whole = parser(2048).read(bytes, bytes.length);
        assert.deepEqual(feed(parser(2048), bytes, steps(bytes.length)), whole);
        if (bytes.length > 2048) assert.notEqual(whole.state, 'need-more');
      }),
      { numRuns: 300 },
    );
  });
});
