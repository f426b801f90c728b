import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAuthority } from '../../src/address/authority.ts';
import type { RelayOutcome } from '../../src/relay/handshake.ts';
import { RelayHandshake } from '../../src/relay/handshake.ts';
import { ascii } from '../support/feed.ts';

function handshake(credential: string | null): RelayHandshake {
  const authority = parseAuthority('relay.test:3128');
  const destination = parseAuthority('a.test:443');
  assert.ok(authority.ok && destination.ok);
  const route = { authority: authority.authority, secure: false, name: 'relay.test:3128', credential };
  return new RelayHandshake(route, destination.authority);
}

function answered(text: string, credential: string | null = null): RelayOutcome {
  return handshake(credential).received(ascii(text));
}

describe('the talk with a relay', () => {
  it('begins with CONNECT and waits for the whole answer', () => {
    const talk = handshake('Basic dTpw');
    assert.match(new TextDecoder().decode(talk.request), /^CONNECT a\.test:443 [^]*Authorization: Basic dTpw\r\n/);
    assert.deepEqual(talk.received(ascii('HTTP/1.1 200 OK\r\n')), { state: 'waiting' });
    assert.deepEqual(talk.received(ascii('\r\nrest')), { state: 'open', rest: ascii('rest') });
  });

  it('fails with the status of the relay; only a fault of the relay is remembered', () => {
    const cases = [
      [302, 'relay-refused', false, false],
      [403, 'relay-refused', false, false],
      [407, 'relay-authentication', true, true],
      [502, 'relay-refused', false, true],
    ] as const;
    for (const [status, reason, faulty, tryNext] of cases) {
      const outcome = answered(`HTTP/1.1 ${status} x\r\n\r\n`);
      assert.ok(outcome.state === 'failed');
      const { relay, destination, receivedStatus } = outcome.fields;
      assert.deepEqual([outcome.reason, outcome.faulty, outcome.tryNext], [reason, faulty, tryNext]);
      assert.deepEqual([relay, destination, receivedStatus], ['relay.test:3128', 'a.test:443', status]);
    }
  });

  it('says which credential is missing or wrong, or that the relay does not take one, and shows none', () => {
    const basic = 'HTTP/1.1 407 x\r\nProxy-Authenticate: Basic realm="r"\r\n\r\n';
    const detail = (outcome: RelayOutcome): unknown => outcome.state === 'failed' && outcome.fields['detail'];
    assert.match(String(detail(answered(basic))), /which are not set/);
    assert.match(String(detail(answered(basic, 'Basic c2VjcmV0'))), /does not accept relayProxy\.username/);
    assert.match(String(detail(answered('HTTP/1.1 407 x\r\nProxy-Authenticate: NTLM\r\n\r\n'))), /takes only ntlm/);
    assert.ok(!JSON.stringify(answered(basic, 'Basic c2VjcmV0')).includes('c2VjcmV0'));
  });

  it('fails when the relay is no HTTP proxy or goes away', () => {
    const outcome = answered('220 smtp ready\r\n');
    assert.ok(outcome.state === 'failed' && outcome.reason === 'relay-malformed' && outcome.faulty);
    const closed = handshake(null).closed('ECONNRESET');
    assert.deepEqual([closed.reason, closed.fields['detail'], closed.tryNext], ['relay-closed', 'ECONNRESET', true]);
  });
});
