import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAuthority } from '../../src/address/authority.ts';
import type { Authority } from '../../src/address/authority.ts';
import { check } from '../../src/config/load.ts';
import { compileTlsRules, judgeClientHello } from '../../src/policy/tls-session.ts';
import { HelloAssembler } from '../../src/tls/hello-assembler.ts';
import type { HelloOptions } from '../support/hello.ts';
import { buildClientHello, vector16 } from '../support/hello.ts';

function judge(hello: HelloOptions, target = 'www.test.com:443', tls: object = {}): string {
  const bytes = buildClientHello(hello);
  const parsed = new HelloAssembler(65_536).read(bytes, bytes.length);
  const loaded = check({ tls });
  assert.ok(parsed.state === 'done' && loaded.ok);
  const verdict = judgeClientHello(parsed.hello, authority(target), compileTlsRules(loaded.config.tls));
  return verdict.allow ? 'allow' : verdict.reason;
}

function authority(text: string): Authority {
  const parsed = parseAuthority(text);
  assert.ok(parsed.ok);
  return parsed.authority;
}

const ECH: readonly [number, Uint8Array] = [
  0xfe0d,
  Uint8Array.of(0, 0, 1, 0, 1, 5, ...vector16(Uint8Array.of(1)), ...vector16(Uint8Array.of(2))),
];

describe('the server name', () => {
  for (const [title, name, target, expected] of [
    ['passes when it is the CONNECT host', 'www.test.com', 'www.test.com:443', 'allow'],
    ['passes in other case and with a trailing dot', 'WWW.Test.com.', 'www.test.com:443', 'allow'],
    ['is refused when it is another host', 'www.evil.com', 'www.test.com:443', 'sni-mismatch'],
    ['is refused when it only ends like the host', 'x.www.test.com', 'www.test.com:443', 'sni-mismatch'],
    ['is refused when it is not a host name', 'www..test.com', 'www.test.com:443', 'sni-invalid'],
    ['is refused when it is missing', undefined, 'www.test.com:443', 'sni-missing'],
    ['may be missing for an IP literal, where RFC 6066 forbids it', undefined, '10.0.0.1:443', 'allow'],
    ['is refused when an IP literal gets a name', 'www.test.com', '10.0.0.1:443', 'sni-mismatch'],
  ] as const) {
    it(title, () => {
      const hello = name === undefined ? { versions: [0x0304] } : { serverName: name, versions: [0x0304] };
      assert.equal(judge(hello, target), expected);
    });
  }

  it('may be missing when tls.missingSni allows it', () => {
    assert.equal(judge({ versions: [0x0304] }, undefined, { missingSni: 'allow' }), 'allow');
  });
});

describe('the versions offered', () => {
  for (const [versions, tls, expected] of [
    [[0x0304], {}, 'allow'],
    [[0x0302, 0x0301], {}, 'tls-version'],
    [[0x0304], { maxVersion: '1.2' }, 'tls-version'],
    [[0x0304, 0x0303], { maxVersion: '1.2' }, 'allow'],
    [[0x0303], { minVersion: '1.3' }, 'tls-version'],
    [[0x0301], { minVersion: '1.0' }, 'allow'],
  ] as const) {
    it(`${versions.map((each) => each.toString(16)).join(', ')} with ${JSON.stringify(tls)}: ${expected}`, () => {
      assert.equal(judge({ serverName: 'www.test.com', versions }, undefined, tls), expected);
    });
  }

  it('SSL 3 is refused', () => {
    assert.equal(
      judge({ serverName: 'www.test.com', legacyVersion: 0x0300 }, undefined, { minVersion: '1.0' }),
      'tls-version',
    );
  });
});

describe('Encrypted ClientHello', () => {
  for (const [mode, name, expected] of [
    ['reject-mismatch', 'www.test.com', 'allow'],
    ['reject-mismatch', 'decoy.com', 'sni-mismatch'],
    ['reject', 'www.test.com', 'encrypted-client-hello'],
    ['allow', 'decoy.com', 'allow'],
  ] as const) {
    it(`${mode} with visible name ${name}: ${expected}`, () => {
      const hello = { serverName: name, versions: [0x0304], extensions: [ECH] };
      assert.equal(judge(hello, undefined, { encryptedClientHello: mode }), expected);
    });
  }

  it('an inner hello in the clear is refused in every mode', () => {
    const hello: HelloOptions = {
      serverName: 'www.test.com',
      versions: [0x0304],
      extensions: [[0xfe0d, Uint8Array.of(1)]],
    };
    assert.equal(judge(hello, undefined, { encryptedClientHello: 'allow' }), 'encrypted-client-hello');
  });
});
