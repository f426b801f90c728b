import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatAuthority } from '../../src/address/authority.ts';
import { parseRelayAddress } from '../../src/address/relay-address.ts';

const READ: readonly (readonly [string, string])[] = [
  ['http://www.myproxy.com:8080', 'plain www.myproxy.com:8080'],
  ['HTTP://Proxy.Test.:3128/', 'plain proxy.test:3128'],
  ['https://proxy.test', 'tls proxy.test:443'],
  ['https://[fd00::1]:8443', 'tls [fd00::1]:8443'],
  ['http://[fd00::1]', 'plain [fd00::1]:80'],
  ['10.80.2.200', 'plain 10.80.2.200:80'],
  ['proxy:8080', 'plain proxy:8080'],
];

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['', /host that is empty/],
  ['http://', /host that is empty/],
  ['socks5://proxy.test:1080', /scheme socks5; expected http:/],
  ['http://user:hunter2@proxy.test:8080', /^has user information in it; username and password are keys/],
  ['http://proxy.test:8080/path', /something behind the port/],
  ['http://proxy.test:8080?x', /something behind the port/],
  ['http://proxy.test:0', /no decimal number/],
  ['http://proxy.test:65536', /no decimal number/],
  ['http://proxy.test:080', /no decimal number/],
  ['http://proxy.test:', /no decimal number/],
  ['http://fd00::1:8080', /brackets/],
  ['http://a b:1', /label/],
  ['http://http://proxy.test', /something behind the port/],
];

describe('address of a relay', () => {
  for (const [text, expected] of READ) {
    it(`${text} is ${expected}`, () => {
      const parsed = parseRelayAddress(text);
      assert.ok(parsed.ok, JSON.stringify(parsed));
      const { secure, authority } = parsed.address;
      assert.equal(`${secure ? 'tls' : 'plain'} ${formatAuthority(authority)}`, expected);
    });
  }

  for (const [text, detail] of REFUSED) {
    it(`"${text}" is refused, and no credential is repeated`, () => {
      const parsed = parseRelayAddress(text);
      assert.ok(!parsed.ok);
      assert.match(parsed.detail, detail);
      assert.ok(!parsed.detail.includes('hunter2'));
    });
  }

  it('never throws, and what it reads it reads the same when written again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.domain()), (text) => {
        const parsed = parseRelayAddress(text);
        if (!parsed.ok) return;
        const { secure, authority } = parsed.address;
        const again = parseRelayAddress(`${secure ? 'https' : 'http'}://${formatAuthority(authority)}`);
        assert.deepEqual(again, parsed);
      }),
    );
  });
});
