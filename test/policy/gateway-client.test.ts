import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileClientCertificateRules } from '../../src/policy/client-certificate.ts';
import { compileGatewayClientRules, judgeGatewayClient } from '../../src/policy/gateway-client.ts';
import type { ShownClient } from '../../src/policy/gateway-client.ts';
import type { DistinguishedName } from '../../src/tls/distinguished-name.ts';
import { parseName } from '../../src/tls/distinguished-name-text.ts';
import { loopSettings } from '../support/loop-settings.ts';

const AGENT = name('CN=agent,O=ours');

describe('a client that speaks TLS to the gateway', () => {
  it('passes when none is asked for a certificate', () => {
    for (const shown of [client(null), client(AGENT), client(AGENT, 'expired')]) {
      assert.ok(judge(shown, { asked: false, allowed: ['agent'] }).allow);
    }
  });

  it('needs a certificate of an authority, with a subject that is allowed', () => {
    const rows = [
      [client(null), [], 'gateway-certificate-missing'],
      [client(null), ['agent'], 'gateway-certificate-missing'],
      [client(AGENT, 'self-signed certificate'), ['agent'], 'gateway-certificate-untrusted'],
      [client([], 'unreadable'), [], 'gateway-certificate-untrusted'],
      [client(AGENT), ['other'], 'gateway-certificate-not-allowed'],
      [client(AGENT), [], 'CN=agent,O=ours'],
      [client(AGENT), ['agent'], 'CN=agent,O=ours'],
      [client(AGENT), ['CN=agent, O=ours'], 'CN=agent,O=ours'],
    ] as const;
    for (const [shown, allowed, expected] of rows) {
      const verdict = judge(shown, { asked: true, allowed });
      assert.equal(verdict.allow ? verdict.rule : verdict.reason, expected);
    }
  });

  it('is told whose certificate it was, and what is wrong with it', () => {
    const verdict = judge(client(AGENT, 'expired'), { asked: true, allowed: [] });
    assert.deepEqual(!verdict.allow && verdict.fields, { subject: 'CN=agent,O=ours', detail: 'expired' });
  });
});

function judge(shown: ShownClient, { asked, allowed }: { asked: boolean; allowed: readonly string[] }) {
  const { config } = loopSettings({ allowedClientCertificates: allowed });
  const subjects = compileClientCertificateRules(config);
  return judgeGatewayClient(shown, { ...compileGatewayClientRules(config, subjects), asked });
}

function client(subject: DistinguishedName | null, problem = ''): ShownClient {
  return { subject, problem };
}

function name(text: string): DistinguishedName {
  const parsed = parseName(text);
  assert.ok(parsed.ok);
  return parsed.name;
}
