import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatAuthority } from '../../src/address/authority.ts';
import { readDestination } from '../../src/admin/check.ts';

describe('question of /check', () => {
  it('is a host, which means port 443, or host and port', () => {
    for (const [text, meant] of [
      ['www.test.com', 'www.test.com:443'],
      ['WWW.test.com:8443', 'www.test.com:8443'],
      ['10.0.0.7', '10.0.0.7:443'],
      ['[::1]:443', '[::1]:443'],
    ] as const) {
      const target = readDestination(text);
      assert.equal(typeof target === 'string' ? target : formatAuthority(target), meant);
    }
  });

  it('is told what is wrong with it', () => {
    for (const text of ['a b', 'http://x/', 'x:99999', '-x-:443']) {
      assert.equal(typeof readDestination(text), 'string', text);
    }
  });
});
