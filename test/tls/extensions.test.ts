import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readClientHello } from '../../src/tls/client-hello.ts';
import type { ClientHello } from '../../src/tls/client-hello.ts';
import { greaseEncryptedHello, preSharedKeys } from '../support/browser-hello.ts';
import { joined } from '../support/feed.ts';
import { buildHelloMessage, join, latin1, u16, vector16, vector8 } from '../support/hello.ts';

/** A hello with one extension, as facts or as the reason and detail of its refusal. */
function withExtension(type: number, body: Uint8Array): ClientHello | string {
  const parsed = readClientHello(buildHelloMessage({ extensions: [[type, body]] }).subarray(4));
  return parsed.ok ? parsed.hello : `${parsed.reason}: ${String(parsed.fields['detail'])}`;
}

function facts(type: number, body: Uint8Array): ClientHello {
  const hello = withExtension(type, body);
  if (typeof hello === 'string') assert.fail(hello);
  return hello;
}

const name = (text: string, type = 0): Uint8Array => joined(Uint8Array.of(type), vector16(latin1(text)));
const LIES = 'tls-malformed: a length in the ClientHello is wrong';

describe('server_name', () => {
  it('is kept as sent', () => {
    assert.equal(facts(0, vector16(name('WWW.Example.test.'))).serverName, 'WWW.Example.test.');
  });

  const invalid: readonly (readonly [string, Uint8Array, string])[] = [
    ['an empty list', vector16(new Uint8Array(0)), 'the server name list is empty'],
    ['an empty name', vector16(name('')), 'the server name is empty'],
    ['two names', vector16(joined(name('a.test'), name('b.test'))), 'there is more than one server name'],
    ['the same name twice', vector16(joined(name('a.test'), name('a.test'))), 'there is more than one server name'],
    ['another type', vector16(name('a.test', 1)), 'a server name has the unknown type 1'],
    ['a second of another type', vector16(joined(name('a.test'), name('x', 7))), 'there is more than one server name'],
    ['a NUL', vector16(name('a.test\u0000.b.test')), 'the server name is not printable ASCII'],
    ['a space', vector16(name('a test')), 'the server name is not printable ASCII'],
    ['a line end', vector16(name('a.test\r\n')), 'the server name is not printable ASCII'],
    ['a high byte', vector16(name('\u00e4.test')), 'the server name is not printable ASCII'],
  ];
  for (const [what, body, detail] of invalid) {
    it(`is invalid with ${what}`, () => assert.equal(withExtension(0, body), `sni-invalid: ${detail}`));
  }

  it('cannot be parsed when one of its lengths lies', () => {
    assert.equal(withExtension(0, new Uint8Array(0)), LIES);
    assert.equal(withExtension(0, joined(u16(10), name('a.test'))), LIES);
    assert.equal(withExtension(0, vector16(joined(Uint8Array.of(0), u16(7), latin1('a.test')))), LIES);
    assert.equal(withExtension(0, vector16(joined(name('a.test'), Uint8Array.of(0)))), LIES);
    assert.equal(
      withExtension(0, joined(vector16(name('a.test')), Uint8Array.of(0))),
      'tls-malformed: bytes are left over in extension 0',
    );
  });
});

describe('supported_versions', () => {
  it('is a list of whole versions, not empty', () => {
    assert.deepEqual(facts(43, vector8(join([u16(0x0304), u16(0x0303)]))).versions, [0x0304, 0x0303]);
    const detail = 'tls-malformed: the list of supported versions is empty or odd';
    assert.equal(withExtension(43, Uint8Array.of(0)), detail);
    assert.equal(withExtension(43, Uint8Array.of(3, 3, 4, 3)), detail);
    assert.equal(withExtension(43, Uint8Array.of(4, 3, 4)), LIES);
    assert.equal(withExtension(43, Uint8Array.of(2, 3, 4, 0)), 'tls-malformed: bytes are left over in extension 43');
  });
});

describe('application_layer_protocol_negotiation', () => {
  it('is a list of names, none empty', () => {
    assert.deepEqual(facts(16, vector16(joined(vector8(latin1('h2')), vector8(latin1('x'))))).alpn, ['h2', 'x']);
    assert.equal(withExtension(16, vector16(new Uint8Array(0))), 'tls-malformed: the ALPN list is empty');
    assert.equal(withExtension(16, vector16(Uint8Array.of(0))), 'tls-malformed: an ALPN protocol name is empty');
    assert.equal(withExtension(16, vector16(Uint8Array.of(5, 0x68))), LIES);
  });
});

describe('pre_shared_key', () => {
  const one = Uint8Array.of(1, 2, 3);

  it('has identities and as many binders', () => {
    assert.equal(facts(41, preSharedKeys([one, one])).preSharedKey, true);
    assert.equal(withExtension(41, preSharedKeys([])), 'tls-malformed: pre_shared_key offers nothing');
    const uneven = 'tls-malformed: pre_shared_key does not have one binder for each identity';
    assert.equal(withExtension(41, preSharedKeys([one, one], 1)), uneven);
    assert.equal(withExtension(41, preSharedKeys([one], 2)), uneven);
    assert.equal(withExtension(41, preSharedKeys([one], 0)), uneven);
  });

  it('has no empty identity and no short binder', () => {
    const empty = 'tls-malformed: an identity in pre_shared_key is empty';
    assert.equal(withExtension(41, preSharedKeys([new Uint8Array(0)])), empty);
    const identities = vector16(joined(vector16(one), new Uint8Array(4)));
    assert.equal(
      withExtension(41, joined(identities, vector16(vector8(new Uint8Array(31))))),
      'tls-malformed: a binder in pre_shared_key is shorter than 32 bytes',
    );
    assert.equal(withExtension(41, joined(vector16(vector16(one)), vector16(vector8(new Uint8Array(32))))), LIES);
  });
});

describe('early_data', () => {
  it('is empty in a ClientHello', () => {
    assert.equal(facts(42, new Uint8Array(0)).earlyData, true);
    assert.equal(withExtension(42, Uint8Array.of(0)), 'tls-malformed: bytes are left over in extension 42');
  });
});

describe('encrypted_client_hello', () => {
  it('is outer or inner, and nothing else', () => {
    assert.equal(facts(0xfe0d, greaseEncryptedHello()).encryptedClientHello, 'outer');
    assert.equal(facts(0xfe0d, Uint8Array.of(1)).encryptedClientHello, 'inner');
    assert.equal(withExtension(0xfe0d, Uint8Array.of(2)), 'tls-malformed: encrypted_client_hello has an unknown type');
    assert.equal(withExtension(0xfe0d, new Uint8Array(0)), LIES);
  });

  it('has a payload when outer and no body when inner', () => {
    assert.equal(
      withExtension(0xfe0d, greaseEncryptedHello(0)),
      'tls-malformed: the payload of encrypted_client_hello is empty',
    );
    const leftOver = 'tls-malformed: bytes are left over in extension 65037';
    assert.equal(withExtension(0xfe0d, Uint8Array.of(1, 0)), leftOver);
    assert.equal(withExtension(0xfe0d, joined(greaseEncryptedHello(), Uint8Array.of(0))), leftOver);
    const outer = greaseEncryptedHello();
    for (let length = 1; length < outer.length; length += 1) {
      assert.equal(withExtension(0xfe0d, outer.subarray(0, length)), LIES, `${length} bytes`);
    }
  });

  it('may have an empty enc, as after a HelloRetryRequest', () => {
    const second = join([Uint8Array.of(0, 0, 1, 0, 1, 9), u16(0), vector16(Uint8Array.of(1))]);
    assert.equal(facts(0xfe0d, second).encryptedClientHello, 'outer');
  });
});
