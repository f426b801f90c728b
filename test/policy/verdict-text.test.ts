import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAuthority } from '../../src/address/authority.ts';
import { LANGUAGES } from '../../src/languages/tags.ts';
import { remedyFor, verdictText } from '../../src/policy/verdict-text.ts';

describe('verdict in words', () => {
  const parsed = parseAuthority('www.test.com:8443');
  assert.ok(parsed.ok);
  const target = parsed.authority;

  it('names the rule that allows, and then needs no remedy', () => {
    const verdict = { allow: true, rule: 'allowedHosts: *.test.com' } as const;
    assert.equal(verdictText(verdict), 'allowedHosts: *.test.com');
    assert.equal(remedyFor(verdict, target), null);
  });

  it('says why not, with what would have to be configured', () => {
    const host = { allow: false, reason: 'host-not-allowed', fields: { host: 'www.test.com' } } as const;
    assert.match(verdictText(host), /^Target host \(www\.test\.com\) is forbidden\./);
    assert.equal(remedyFor(host, target), 'add "www.test.com" to allowedHosts, or a preset that holds it');
    const port = { allow: false, reason: 'port-not-allowed', fields: { host: 'www.test.com', port: 8443 } } as const;
    assert.match(verdictText(port), /on port 8443/);
    assert.equal(remedyFor(port, target), 'add 8443 to allowedPorts');
  });

  it('says it in the language that is asked for', () => {
    const refused = {
      allow: false,
      reason: 'address-not-allowed',
      fields: { host: 'www.test.com', detail: '127.0.0.1: it is a loopback address' },
    } as const;
    assert.match(verdictText(refused, 'de'), /127\.0\.0\.1: es ist eine Loopback-Adresse/);
    assert.match(remedyFor(refused, target, 'de') ?? '', /"www\.test\.com" in allowedHosts eintragen/);
    for (const language of LANGUAGES.filter((each) => each !== 'en')) {
      assert.notEqual(verdictText(refused, language), verdictText(refused), language);
      assert.notEqual(remedyFor(refused, target, language), remedyFor(refused, target), language);
    }
  });
});
