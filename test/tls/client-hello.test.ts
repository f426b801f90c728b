import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isGrease, readClientHello } from '../../src/tls/client-hello.ts';
import type { ClientHello } from '../../src/tls/client-hello.ts';
import { browserHello, preSharedKeys } from '../support/browser-hello.ts';
import { joined } from '../support/feed.ts';
import { recordedHellos } from '../support/fixtures.ts';
import type { HelloOptions } from '../support/hello.ts';
import { buildHelloMessage, extension, join, u16, vector16 } from '../support/hello.ts';

const NONE = new Uint8Array(0);

function body(options: HelloOptions = {}): Uint8Array {
  return buildHelloMessage(options).subarray(4);
}

function read(bytes: Uint8Array): ClientHello {
  const parsed = readClientHello(bytes);
  assert.ok(parsed.ok, parsed.ok ? '' : JSON.stringify(parsed));
  return parsed.hello;
}

function refusal(bytes: Uint8Array): readonly [string, unknown] {
  const parsed = readClientHello(bytes);
  assert.ok(!parsed.ok, 'it was read');
  return [parsed.reason, parsed.fields['detail']];
}

function malformed(bytes: Uint8Array): unknown {
  const [reason, detail] = refusal(bytes);
  assert.equal(reason, 'tls-malformed');
  return detail;
}

describe('the facts of a hello', () => {
  it('are read from a TLS 1.3 hello shaped like a browser sends it', () => {
    const hello = read(body(browserHello('agent.example.test')));
    assert.equal(hello.serverName, 'agent.example.test');
    assert.deepEqual(hello.versions, [0x0304, 0x0303]);
    assert.deepEqual(hello.alpn, ['h2', 'http/1.1']);
    assert.equal(hello.encryptedClientHello, 'outer');
    assert.deepEqual(hello.extensions, [0, 43, 16, 0x4a4a, 10, 13, 51, 35, 0xfe0d, 0xdada]);
    assert.equal(hello.cipherSuites.length, 6);
    assert.equal(hello.sessionId.length, 32);
  });

  it('are those the recording programs were told to send', () => {
    const versions = new Map(recordedHellos().map(({ name, bytes }) => [name, read(bytes.subarray(9)).versions]));
    assert.deepEqual(versions.get('openssl-3.0-tls10-alpn'), [0x0301]);
    assert.deepEqual(versions.get('openssl-3.0-tls11'), [0x0302]);
    assert.deepEqual(versions.get('openssl-3.0-tls12'), [0x0303]);
    assert.deepEqual(versions.get('openssl-3.0-tls13'), [0x0304]);
    assert.deepEqual(versions.get('gnutls-cli-tls12')?.includes(0x0304), false);
    assert.deepEqual(versions.get('node-26-tls'), [0x0304, 0x0303]);
  });

  it('say resumption, tickets and early data', () => {
    const identity = new Uint8Array(40).fill(1);
    const hello = read(
      body({
        extensions: [
          [35, new Uint8Array(100)],
          [42, NONE],
          [41, preSharedKeys([identity, identity])],
        ],
      }),
    );
    assert.deepEqual([hello.ticket?.length, hello.earlyData, hello.preSharedKey], [100, true, true]);
    const plain = read(body());
    assert.deepEqual([plain.ticket, plain.earlyData, plain.preSharedKey], [null, false, false]);
  });

  it('keep nothing of the bytes they were read from', () => {
    const bytes = body({ serverName: 'a.test', alpn: ['h2'] });
    const before = structuredClone(read(bytes));
    const hello = read(bytes);
    bytes.fill(0xff);
    assert.deepEqual(hello, before);
  });

  it('may come without any extension block, or with an empty one', () => {
    const bare = body();
    assert.equal(read(bare).serverName, null);
    assert.equal(read(joined(bare, u16(0))).serverName, null);
  });
});

describe('the versions offered', () => {
  const legacy = (legacyVersion: number): readonly number[] => read(body({ legacyVersion })).versions;

  it('are legacy_version alone when supported_versions is absent', () => {
    assert.deepEqual([legacy(0x0300), legacy(0x0301), legacy(0x0303)], [[0x0300], [0x0301], [0x0303]]);
  });

  it('are never above TLS 1.2 without supported_versions, because no server may select more', () => {
    assert.deepEqual([legacy(0x0304), legacy(0x03ff)], [[0x0303], [0x0303]]);
    assert.deepEqual([legacy(0x0002), legacy(0xfefd)], [[0x0002], [0xfefd]]);
  });

  it('do not count GREASE', () => {
    assert.deepEqual(read(body({ versions: [0x0a0a, 0x0304, 0xfafa] })).versions, [0x0304]);
    assert.deepEqual(read(body({ versions: [0x0a0a] })).versions, []);
    const grease = Array.from({ length: 0x10000 }, (_, value) => value).filter(isGrease);
    assert.deepEqual(
      grease,
      Array.from({ length: 16 }, (_, high) => ((high << 4) | 0x0a) * 0x0101),
    );
  });
});

describe('a hello is refused', () => {
  it('when its session id is longer than 32 bytes', () => {
    assert.equal(read(body({ sessionId: new Uint8Array(0) })).sessionId.length, 0);
    assert.equal(malformed(body({ sessionId: new Uint8Array(33) })), 'the session id is longer than 32 bytes');
  });

  it('when its cipher suites are none or not whole', () => {
    assert.equal(malformed(body({ cipherSuites: [] })), 'the cipher suite list is empty or odd');
    const odd = join([u16(0x0303), new Uint8Array(33), vector16(Uint8Array.of(0x13, 0x01, 0x13)), u16(0x0100)]);
    assert.equal(malformed(odd), 'the cipher suite list is empty or odd');
  });

  it('when it does not offer null compression', () => {
    assert.equal(malformed(body({ compression: [] })), 'null compression is not offered');
    assert.equal(malformed(body({ compression: [1] })), 'null compression is not offered');
    assert.equal(read(body({ compression: [1, 0] })).serverName, null);
  });

  it('when an extension comes twice, adjacent or far apart, GREASE included', () => {
    const padding = Array.from({ length: 500 }, (_, index) => [1000 + index, NONE] as const);
    assert.equal(
      malformed(
        body({
          extensions: [
            [23, NONE],
            [23, NONE],
          ],
        }),
      ),
      'extension 23 comes twice',
    );
    assert.equal(malformed(body({ extensions: [[23, NONE], ...padding, [23, NONE]] })), 'extension 23 comes twice');
    assert.equal(
      malformed(
        body({
          extensions: [
            [0x0a0a, NONE],
            [0x0a0a, NONE],
          ],
        }),
      ),
      'extension 2570 comes twice',
    );
    assert.equal(read(body({ extensions: padding })).extensions.length, 500);
  });

  it('when anything comes behind pre_shared_key', () => {
    const keys = preSharedKeys([Uint8Array.of(1)]);
    assert.equal(
      read(
        body({
          extensions: [
            [23, NONE],
            [41, keys],
          ],
        }),
      ).preSharedKey,
      true,
    );
    assert.equal(
      malformed(
        body({
          extensions: [
            [41, keys],
            [23, NONE],
          ],
        }),
      ),
      'pre_shared_key is not the last extension',
    );
  });

  it('when bytes follow the extensions or are missing from them', () => {
    const bytes = body({ serverName: 'a.test' });
    assert.equal(malformed(joined(bytes, Uint8Array.of(0))), 'bytes follow the extensions');
    for (let length = 0; length < bytes.length; length += 1) {
      // Cut exactly before the block, this is a hello of TLS 1.2 without extensions.
      if (length === body().length) continue;
      assert.equal(malformed(bytes.subarray(0, length)), 'a length in the ClientHello is wrong', `${length} bytes`);
    }
  });

  it('when any length in it lies by one, up or down', () => {
    for (const { name, bytes } of recordedHellos()) {
      for (const [field, at] of lengthFields(bytes.subarray(9))) {
        for (const step of [-1, 1]) {
          const lying = bytes.slice(9);
          lying[at] = ((lying[at] ?? 0) + step) & 0xff;
          assert.equal(readClientHello(lying).ok, false, `${name}: ${field} ${step}`);
        }
      }
    }
  });
});

describe('hostile hello bodies', () => {
  it('never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => typeof readClientHello(bytes).ok === 'boolean'),
    );
  });

  it('never throw with arbitrary extensions, and a name that is read is the name that was sent', () => {
    const type = fc.constantFrom(16, 35, 41, 42, 43, 0xfe0d, 23);
    const extensions = fc.uniqueArray(fc.tuple(type, fc.uint8Array({ maxLength: 40 })), { selector: ([key]) => key });
    fc.assert(
      fc.property(extensions, fc.uint8Array({ maxLength: 20 }), (list, name) => {
        const entry = joined(Uint8Array.of(0), vector16(name));
        const parsed = readClientHello(body({ extensions: [[0, vector16(entry)], ...list] }));
        if (parsed.ok) assert.equal(parsed.hello.serverName, String.fromCharCode(...name));
      }),
      { numRuns: 2000 },
    );
  });
});

/** Offsets of the low byte of every length on the way to each extension, found by an independent walk. */
function lengthFields(bytes: Uint8Array): [string, number][] {
  const u8 = (at: number): number => bytes[at] ?? 0;
  const word = (at: number): number => (u8(at) << 8) | u8(at + 1);
  const sessionId = 34;
  const suites = sessionId + 1 + u8(sessionId);
  const compression = suites + 2 + word(suites);
  const block = compression + 1 + u8(compression);
  const fields: [string, number][] = [
    ['session id', sessionId],
    ['cipher suites', suites + 1],
    ['compression methods', compression],
    ['extensions', block + 1],
  ];
  for (let at = block + 2; at < bytes.length; at += 4 + word(at + 2)) {
    fields.push([`extension ${word(at)}`, at + 3]);
    if (word(at) === 0) fields.push(['server name list', at + 5], ['server name', at + 8]);
    if (word(at) === 16) fields.push(['ALPN list', at + 5], ['first ALPN name', at + 6]);
    if (word(at) === 43) fields.push(['supported versions', at + 4]);
  }
  assert.ok(fields.length > 5 && extension(0, NONE).length === 4);
  return fields;
}
