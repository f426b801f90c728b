import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check } from '../../src/config/load.ts';
import { needsPortable } from '../../src/config/needs-portable.ts';

const ONE = { address: 'http://one.test:3128' };
const TWO = { address: 'https://two.test' };

describe('the engine that relays need', () => {
  it('is the portable one for https:// relays, and any one else', () => {
    const relays = (relayProxy: unknown): string | null => {
      const loaded = check({ relayProxy });
      assert.ok(loaded.ok);
      return needsPortable(loaded.config);
    };
    assert.equal(relays({}), null);
    assert.equal(relays([ONE]), null);
    assert.equal(relays([ONE, TWO]), 'the relay proxy https://two.test:443 is reached through TLS');
    const clash = check({ engine: 'linux', relayProxy: TWO });
    assert.ok(!clash.ok);
    assert.match(clash.problems[0]?.message ?? '', /^"linux" cannot be used, because the relay proxy https:/);
    assert.ok(check({ engine: 'linux', relayProxy: ONE }).ok);
  });
});
