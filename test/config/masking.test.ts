import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check } from '../../src/config/load.ts';
import { holdsSecret, isSecretName, maskSecrets } from '../../src/config/masking.ts';

describe('secrets of a configuration', () => {
  it('are known by their name; a file that holds one is not one', () => {
    for (const name of ['password', 'PASSWORD', 'passwordHash', 'token', 'clientSecret', 'credentials']) {
      assert.ok(isSecretName(name), name);
    }
    for (const name of ['passwordFile', 'tokenFile', 'username', 'address', 'bypass'])
      assert.ok(!isSecretName(name), name);
  });

  it('are masked wherever they stand, and only when they are set', () => {
    const tree = {
      relayProxy: [{ address: 'http://u:hunter2@a.test', username: 'u', password: 'hunter2', passwordFile: '/etc/pw' }],
      admin: { token: '', port: 1 },
      clients: { basicAuth: [{ username: 'a', passwordHash: 'hunter2' }], passwords: ['hunter2'] },
      password: 12345,
    };
    const masked = maskSecrets(tree);
    assert.deepEqual(masked, {
      relayProxy: [{ address: 'http://***@a.test', username: 'u', password: '***', passwordFile: '/etc/pw' }],
      admin: { token: '', port: 1 },
      clients: { basicAuth: [{ username: 'a', passwordHash: '***' }], passwords: '***' },
      password: '***',
    });
    assert.ok(!JSON.stringify(masked).includes('hunter2'));
  });

  it('are masked in an address that is written without its scheme', () => {
    const texts = ['u:hunter2@p:1', 'http://u:hunter2@p:1', 'hunter2@p', 'p:1', 'a b@c'];
    assert.equal(maskSecrets('https://a/l?sv=1&sig=hunter2&x=1'), 'https://a/l?sv=1&sig=***&x=1');
    assert.deepEqual(maskSecrets(texts), ['***@p:1', 'http://***@p:1', '***@p', 'p:1', 'a b@c']);
  });

  it('make a file secret only when one is set', () => {
    const loaded = check({});
    assert.ok(loaded.ok && !holdsSecret(loaded.config), 'the defaults hold none');
    assert.ok(!holdsSecret({ relayProxy: { password: '' }, token: null, secrets: [] }));
    assert.ok(holdsSecret({ relayProxy: [{ password: 'x' }] }));
    assert.ok(holdsSecret({ a: { tokens: ['x'] } }));
    assert.ok(holdsSecret('x', 'password') && !holdsSecret('x', 'username'));
  });
});
