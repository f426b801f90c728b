import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keyPathText, readKeyPath, valueAtPath } from '../../src/config/key-path.ts';
import { KEYS } from '../../src/config/keys.ts';

describe('naming a key', () => {
  for (const [text, path, kind, secret] of [
    ['listen.port', ['listen', 'port'], 'json', false],
    ['Listen.PORT', ['listen', 'port'], 'json', false],
    ['allowedHosts', ['allowedHosts'], 'list', false],
    ['allowedHosts[2]', ['allowedHosts', 2], 'text', false],
    ['allowedPorts[0]', ['allowedPorts', 0], 'json', false],
    ['tls', ['tls'], 'json', false],
    ['relayProxy.password', ['relayProxy', 'password'], 'text', true],
    ['relayProxy[1].address', ['relayProxy', 1, 'address'], 'text', false],
    ['relayProxy[0]', ['relayProxy', 0], 'json', false],
    ['hostLists[1].url', ['hostLists', 1, 'url'], 'json', false],
    ['hostLists[1].password', ['hostLists', 1, 'password'], 'json', true],
    ['relayProxy.passwordFile', ['relayProxy', 'passwordFile'], 'text', false],
    ['dns.hosts.a.test', ['dns', 'hosts', 'a.test'], 'json', false],
    ['admin.token', ['admin', 'token'], 'text', true],
  ] as const) {
    it(`${text} is read`, () => {
      assert.deepEqual(readKeyPath(text), { ok: true, path, kind, secret });
    });
  }

  it('says what was probably meant', () => {
    assert.deepEqual(readKeyPath('listen.prot'), { ok: false, meant: 'listen.port' });
    for (const text of [
      '',
      '.',
      'x',
      '__proto__',
      'dns.hosts.',
      'dns.hosts.__proto__',
      'listen.port.x',
      '$schema',
      'hostLists.url',
      'allowedHosts[0].x',
    ]) {
      assert.equal(readKeyPath(text).ok, false, text);
    }
  });

  it('works for each key there is', () => {
    for (const { path } of KEYS) {
      const read = readKeyPath(path.join('.'));
      assert.deepEqual(read.ok && keyPathText(read.path), path.join('.'));
    }
  });

  it('finds values, and none in what objects inherit', () => {
    const tree = { a: [{ b: 1 }] };
    assert.equal(valueAtPath(tree, ['a', 0, 'b']), 1);
    assert.equal(valueAtPath(tree, ['a', 1, 'b']), undefined);
    assert.equal(valueAtPath(tree, ['constructor', 'name']), undefined);
    assert.equal(keyPathText(['a', 0, 'b']), 'a[0].b');
  });
});
