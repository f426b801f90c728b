import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Authority } from '../../src/address/authority.ts';
import { parseConfiguredHost, parseHost } from '../../src/address/host.ts';
import type { Config } from '../../src/config/schema.ts';
import { configSchema } from '../../src/config/schema.ts';
import { compileTlsRules, judgeClientHello, versionName } from '../../src/policy/tls-session.ts';
import type { Verdict } from '../../src/policy/verdict.ts';
import { readClientHello } from '../../src/tls/client-hello.ts';
import { browserHello, greaseEncryptedHello } from '../support/browser-hello.ts';
import { recordedHellos } from '../support/fixtures.ts';
import type { HelloOptions } from '../support/hello.ts';
import { buildHelloMessage } from '../support/hello.ts';

type TlsSection = Config['tls'];

const HOST = 'www.example.test';
const MODERN = [0x0304, 0x0303];
const DEFAULTS: TlsSection = configSchema.parse({}).tls;

function target(text: string): Authority {
  const parsed = parseConfiguredHost(text);
  assert.ok(parsed.ok, text);
  return { host: parsed.host, port: 443 };
}

function judgeBody(body: Uint8Array, host: string, tls: Partial<TlsSection> = {}): Verdict {
  const read = readClientHello(body);
  assert.ok(read.ok, 'the hello was not read');
  return judgeClientHello(read.hello, target(host), compileTlsRules({ ...DEFAULTS, ...tls }));
}

function judge(options: HelloOptions, tls: Partial<TlsSection> = {}, host = HOST): Verdict {
  return judgeBody(buildHelloMessage({ versions: MODERN, ...options }).subarray(4), host, tls);
}

/** The reason of a refusal, or "allowed". */
function outcome(verdict: Verdict): string {
  return verdict.allow ? 'allowed' : verdict.reason;
}

describe('the server name', () => {
  it('equal to the CONNECT host passes, and the rule names it', () => {
    assert.deepEqual(judge({ serverName: HOST }), { allow: true, rule: `SNI ${HOST} equals the CONNECT host` });
  });

  it('is compared in its canonical form', () => {
    for (const serverName of ['WWW.EXAMPLE.TEST', 'www.example.test.', 'Www.Example.Test.']) {
      assert.equal(outcome(judge({ serverName })), 'allowed', serverName);
    }
    const labels = 'xn--bcher-kva.example.test';
    assert.equal(outcome(judge({ serverName: labels }, {}, 'b\u00fccher.example.test')), 'allowed');
  });

  it('of another host is refused, however alike', () => {
    const others = [
      'example.test',
      'a.www.example.test',
      'www.example.test.evil.test',
      'xwww.example.test',
      '127.0.0.1',
    ];
    for (const serverName of others) assert.equal(outcome(judge({ serverName })), 'sni-mismatch', serverName);
    assert.deepEqual(judge({ serverName: 'EVIL.test.' }), {
      allow: false,
      reason: 'sni-mismatch',
      fields: { sni: 'evil.test', host: HOST },
    });
  });

  it('that is no host name is refused as invalid, and its bytes are not repeated', () => {
    for (const serverName of [
      'a..b',
      '*.example.test',
      '-',
      'a/b',
      'www.example.test:443',
      'www.example.test..',
      '"x"',
    ]) {
      const verdict = judge({ serverName });
      assert.equal(outcome(verdict), 'sni-invalid', serverName);
      assert.ok(!verdict.allow && !JSON.stringify(verdict.fields).includes(serverName));
    }
  });

  it('may be missing only as tls.missingSni says', () => {
    assert.deepEqual(judge({}), { allow: false, reason: 'sni-missing', fields: { host: HOST } });
    assert.deepEqual(judge({}, { missingSni: 'allow' }), { allow: true, rule: 'tls.missingSni: allow' });
    assert.equal(outcome(judge({ serverName: 'evil.test' }, { missingSni: 'allow' })), 'sni-mismatch');
  });

  it('passes only when it is the target, whatever both are', () => {
    const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,5}[a-z0-9])?$/);
    const name = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
    const hosts = name.filter((text) => parseHost(text).ok);
    fc.assert(
      fc.property(hosts, hosts, (one, other) => {
        assert.equal(outcome(judge({ serverName: one }, {}, other)), one === other ? 'allowed' : 'sni-mismatch');
        assert.equal(outcome(judge({ serverName: one.toUpperCase() }, {}, one)), 'allowed');
      }),
      { numRuns: 300 },
    );
  });
});

describe('the server name for an address', () => {
  it('is rightly missing', () => {
    for (const host of ['192.0.2.7', '2001:db8::7']) {
      assert.deepEqual(judge({}, {}, host), { allow: true, rule: 'no SNI for an IP literal' });
    }
  });

  it('passes when it is that address in any textual form', () => {
    assert.equal(outcome(judge({ serverName: '192.0.2.7' }, {}, '192.0.2.7')), 'allowed');
    for (const serverName of ['2001:db8::7', '2001:0DB8:0::7', '[2001:db8::7]']) {
      assert.equal(outcome(judge({ serverName }, {}, '2001:db8::7')), 'allowed', serverName);
    }
  });

  it('is refused when it is another address or a name', () => {
    for (const serverName of ['192.0.2.8', HOST, '2001:db8::7']) {
      assert.equal(outcome(judge({ serverName }, {}, '192.0.2.7')), 'sni-mismatch', serverName);
    }
  });
});

describe('the versions offered', () => {
  const offer = (versions: readonly number[], tls: Partial<TlsSection> = {}): string =>
    outcome(judge({ serverName: HOST, versions }, tls));

  it('pass when at least one is allowed', () => {
    assert.equal(offer([0x0304]), 'allowed');
    assert.equal(offer([0x0303, 0x0302, 0x0301]), 'allowed');
    assert.equal(offer([0x0304, 0x0303], { maxVersion: '1.2' }), 'allowed');
    assert.equal(offer([0x0301], { minVersion: '1.0' }), 'allowed');
  });

  it('are refused when none is', () => {
    assert.equal(offer([0x0302, 0x0301]), 'tls-version');
    assert.equal(offer([0x0304], { maxVersion: '1.2' }), 'tls-version');
    assert.equal(offer([0x0303], { minVersion: '1.3' }), 'tls-version');
    assert.equal(offer([0x0a0a]), 'tls-version');
    assert.equal(offer([0x7f1c, 0x0305]), 'tls-version');
  });

  it('are named in the refusal, and so is what is allowed', () => {
    const fields = (options: HelloOptions, tls: Partial<TlsSection> = {}): unknown => {
      const verdict = judge({ serverName: HOST, ...options }, tls);
      return verdict.allow ? null : verdict.fields;
    };
    assert.deepEqual(fields({ versions: [0x0301, 0x0302] }), {
      offered: 'TLS 1.0, TLS 1.1',
      allowed: 'TLS 1.2 to TLS 1.3',
    });
    assert.deepEqual(fields({ versions: [0x0a0a] }, { minVersion: '1.3' }), {
      offered: 'no known version',
      allowed: 'TLS 1.3',
    });
    const many = Array.from({ length: 127 }, () => 0x7f00);
    assert.deepEqual(fields({ versions: many }), {
      offered: Array.from({ length: 8 }, () => '0x7f00').join(', '),
      allowed: 'TLS 1.2 to TLS 1.3',
    });
  });

  it('are judged by legacy_version when supported_versions is absent', () => {
    const legacy = (legacyVersion: number, tls: Partial<TlsSection> = {}): string =>
      outcome(judgeBody(buildHelloMessage({ serverName: HOST, legacyVersion }).subarray(4), HOST, tls));
    assert.equal(legacy(0x0303), 'allowed');
    assert.equal(legacy(0x0302), 'tls-version');
    assert.equal(legacy(0x0304, { minVersion: '1.3' }), 'tls-version');
    assert.equal(legacy(0xfefd), 'tls-version');
  });

  it('never make up for a legacy_version of SSL 3 or SSL 2', () => {
    for (const legacyVersion of [0x0300, 0x0200, 0x0002]) {
      const verdict = judge({ serverName: HOST, legacyVersion }, { minVersion: '1.0' });
      assert.equal(outcome(verdict), 'tls-version');
      assert.ok(!verdict.allow && verdict.fields['offered'] === versionName(legacyVersion));
    }
  });

  it('have names', () => {
    const names = [0x0002, 0x0300, 0x0301, 0x0304, 0x0305, 0x000a].map(versionName);
    assert.deepEqual(names, ['SSL 2.0', 'SSL 3.0', 'TLS 1.0', 'TLS 1.3', '0x0305', '0x000a']);
  });
});

describe('Encrypted ClientHello', () => {
  const outer = [[0xfe0d, greaseEncryptedHello()]] as const;
  const inner = [[0xfe0d, Uint8Array.of(1)]] as const;

  it('passes by default while the visible name is the CONNECT host, as browsers send it', () => {
    assert.equal(outcome(judge(browserHello(HOST))), 'allowed');
    assert.equal(outcome(judge({ serverName: 'decoy.test', extensions: outer })), 'sni-mismatch');
  });

  it('does not pass by default where there is no visible name to hold it to', () => {
    assert.equal(outcome(judge({ extensions: outer })), 'encrypted-client-hello');
    assert.equal(outcome(judge({ extensions: outer }, { missingSni: 'allow' })), 'encrypted-client-hello');
    assert.equal(outcome(judge({ extensions: outer }, {}, '192.0.2.7')), 'allowed');
  });

  it('is refused altogether with "reject"', () => {
    const verdict = judge(browserHello(HOST), { encryptedClientHello: 'reject' });
    assert.equal(outcome(verdict), 'encrypted-client-hello');
    assert.equal(outcome(judge({ serverName: HOST }, { encryptedClientHello: 'reject' })), 'allowed');
  });

  it('passes with any visible name with "allow", and only then', () => {
    const allow = { encryptedClientHello: 'allow' } as const;
    assert.equal(outcome(judge({ serverName: 'decoy.test', extensions: outer }, allow)), 'allowed');
    assert.equal(outcome(judge({ extensions: outer }, allow)), 'allowed');
    assert.equal(outcome(judge({ serverName: 'decoy.test' }, allow)), 'sni-mismatch');
    assert.equal(outcome(judge({ serverName: HOST, extensions: outer, versions: [0x0302] }, allow)), 'tls-version');
  });

  it('is never allowed as an inner hello', () => {
    for (const encryptedClientHello of ['reject', 'reject-mismatch', 'allow'] as const) {
      const verdict = judge({ serverName: HOST, extensions: inner }, { encryptedClientHello });
      assert.equal(outcome(verdict), 'encrypted-client-hello');
    }
  });
});

describe('hellos of real programs', () => {
  for (const { name, bytes } of recordedHellos()) {
    const expected = /tls1[01]/.test(name) ? 'tls-version' : /noservername/.test(name) ? 'sni-missing' : 'allowed';
    it(`give by default: ${name}: ${expected}`, () => {
      assert.equal(outcome(judgeBody(bytes.subarray(9), 'agent.example.test')), expected);
      const other = outcome(judgeBody(bytes.subarray(9), 'other.example.test'));
      assert.equal(other, expected === 'allowed' ? 'sni-mismatch' : expected);
    });
  }
});
