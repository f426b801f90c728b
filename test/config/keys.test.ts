import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KEYS } from '../../src/config/keys.ts';

describe('keys', () => {
  it('have one variable and one flag each, named after their path', () => {
    const key = KEYS.find(({ path }) => path.join('.') === 'tls.encryptedClientHello');
    assert.equal(key?.variable, 'OMS_GATEWAY_TLS_ENCRYPTED_CLIENT_HELLO');
    assert.equal(key.flag, '--tls-encrypted-client-hello');
    assert.equal(new Set(KEYS.map(({ variable }) => variable)).size, KEYS.length);
    assert.equal(new Set(KEYS.map(({ flag }) => flag)).size, KEYS.length);
    assert.ok(KEYS.length > 20);
  });

  it('say what they are, what is expected and what for; times and sizes with their unit', () => {
    for (const { path, meta } of KEYS) {
      const name = path.join('.');
      for (const text of [meta.noun, meta.expected, meta.description]) assert.ok(text.length > 3, name);
      if (path[0] === 'timeouts' || name.endsWith('Seconds')) assert.match(meta.expected, /seconds/, name);
      if (name.endsWith('Bytes')) assert.match(meta.expected, /bytes/, name);
    }
  });

  it('are read from text by their kind', () => {
    const kinds = Object.fromEntries(KEYS.map(({ path, kind }) => [path.join('.'), kind]));
    const { 'listen.port': port, 'listen.host': host, cloud, allowedHosts, allowedPorts, 'dns.hosts': table } = kinds;
    assert.equal(kinds['allowedClientCertificates'], 'subject-list');
    assert.deepEqual(
      [port, host, cloud, allowedHosts, allowedPorts, table],
      ['json', 'text', 'text', 'list', 'json-list', 'json'],
    );
  });
});
