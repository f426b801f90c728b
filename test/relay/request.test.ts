import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAuthority } from '../../src/address/authority.ts';
import { basicCredential, connectRequest } from '../../src/relay/request.ts';

function request(target: string, credential: string | null): string {
  const parsed = parseAuthority(target);
  assert.ok(parsed.ok);
  return new TextDecoder().decode(connectRequest(parsed.authority, credential));
}

describe('a request to a relay', () => {
  it('names the destination as it is, and nothing else', () => {
    assert.equal(request('A.Example.:443', null), 'CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n');
    assert.match(request('[2001:DB8::1]:8443', null), /^CONNECT \[2001:db8::1\]:8443 HTTP/);
  });

  it('carries the credential at once, in UTF-8', () => {
    assert.equal(basicCredential('', 'ignored'), null);
    // The example of RFC 7617 section 2.1.
    assert.equal(basicCredential('test', '123£'), 'Basic dGVzdDoxMjPCow==');
    assert.match(request('a.example:443', 'Basic dTpw'), /\r\nProxy-Authorization: Basic dTpw\r\n\r\n$/);
  });
});
