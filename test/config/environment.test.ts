import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Overlaid } from '../../src/config/environment.ts';
import { overlay } from '../../src/config/environment.ts';
import type { Tree } from '../../src/config/file.ts';

function from(environment: Record<string, string>, base: Tree = {}): Overlaid {
  return overlay(base, { environment, flags: {} });
}

describe('values given as text', () => {
  for (const [variable, text, tree] of [
    ['OMS_GATEWAY_LISTEN_PORT', '9090', { listen: { port: 9090 } }],
    ['OMS_GATEWAY_LISTEN_PORT', '0x50', { listen: { port: '0x50' } }],
    ['OMS_GATEWAY_LISTEN_PORT', '', { listen: { port: '' } }],
    ['OMS_GATEWAY_LISTEN_HOST', '::1', { listen: { host: '::1' } }],
    ['OMS_GATEWAY_WORKERS', 'auto', { workers: 'auto' }],
    ['OMS_GATEWAY_WORKERS', '4', { workers: 4 }],
    ['OMS_GATEWAY_TLS_MIN_VERSION', '1.2', { tls: { minVersion: '1.2' } }],
    ['OMS_GATEWAY_ALLOWED_HOSTS', 'a.com, b.com,', { allowedHosts: ['a.com', 'b.com'] }],
    ['OMS_GATEWAY_ALLOWED_HOSTS', '["a.com"]', { allowedHosts: ['a.com'] }],
    ['OMS_GATEWAY_ALLOWED_HOSTS', '["a.com"', { allowedHosts: '["a.com"' }],
    ['OMS_GATEWAY_ALLOWED_HOSTS', '10.0.0.1,5', { allowedHosts: ['10.0.0.1', '5'] }],
    ['OMS_GATEWAY_ALLOWED_HOSTS', '', { allowedHosts: [] }],
    ['OMS_GATEWAY_ALLOWED_PORTS', '443,8443', { allowedPorts: [443, 8443] }],
    ['OMS_GATEWAY_ALLOWED_PORTS', '443,x', { allowedPorts: [443, 'x'] }],
    ['OMS_GATEWAY_ADDRESS_GUARD_DENY_PRIVATE', 'true', { addressGuard: { denyPrivate: true } }],
    ['OMS_GATEWAY_DNS_HOSTS', '{"a.test":"::1"}', { dns: { hosts: { 'a.test': '::1' } } }],
    ['OMS_GATEWAY_DNS_HOSTS', '{"a":"::1","a":"::2"}', { dns: { hosts: '{"a":"::1","a":"::2"}' } }],
    ['OMS_GATEWAY_ALLOWED_CLIENT_CERTIFICATES', 'Gateway,a', { allowedClientCertificates: ['Gateway', 'a'] }],
    ['OMS_GATEWAY_ALLOWED_CLIENT_CERTIFICATES', ' CN=a, O=b', { allowedClientCertificates: ['CN=a, O=b'] }],
    ['OMS_GATEWAY_ALLOWED_CLIENT_CERTIFICATES', '["CN=a,O=b","c"]', { allowedClientCertificates: ['CN=a,O=b', 'c'] }],
    ['OMS_GATEWAY_LOG_FILE', '5', { log: { file: '5' } }],
  ] as const) {
    it(`${variable}=${text} gives ${JSON.stringify(tree)}`, () => {
      const overlaid = from({ [variable]: text });
      assert.deepEqual([overlaid.tree, overlaid.problems], [tree, []]);
      assert.deepEqual([...overlaid.origins.values()], [variable]);
    });
  }

  it('come from flags after the environment', () => {
    const { tree, origins } = overlay(
      { cloud: 'public' },
      { environment: { OMS_GATEWAY_CLOUD: 'china' }, flags: { '--cloud': 'usgovernment' } },
    );
    assert.deepEqual([tree, [...origins]], [{ cloud: 'usgovernment' }, [['cloud', '--cloud']]]);
  });

  it('leave the tree they are laid over as it was, and its other keys in place', () => {
    const base = Object.freeze({ listen: Object.freeze({ host: '::1', port: 1 }) });
    assert.deepEqual(from({ OMS_GATEWAY_LISTEN_PORT: '2' }, base).tree, { listen: { host: '::1', port: 2 } });
    assert.deepEqual(base, { listen: { host: '::1', port: 1 } });
  });

  for (const wrong of [5, null, [], 'x']) {
    it(`do not cover up a section that is ${JSON.stringify(wrong)}`, () => {
      const { tree, origins } = from({ OMS_GATEWAY_LISTEN_PORT: '2' }, { listen: wrong });
      assert.deepEqual([tree, origins.size], [{ listen: wrong }, 0]);
    });
  }
});

describe('names that are no keys', () => {
  for (const [name, message] of [
    ['OMS_GATEWAY_LISTEN_PROT', 'is not a variable this version knows; did you mean OMS_GATEWAY_LISTEN_PORT?'],
    ['OMS_GATEWAY_CONFG', 'is not a variable this version knows; did you mean OMS_GATEWAY_CONFIG?'],
    ['OMS_GATEWAY_WHATEVER', 'is not a variable this version knows'],
  ] as const) {
    it(`${name} is refused without its value`, () => {
      assert.deepEqual(from({ [name]: 'hunter2' }).problems, [{ path: name, message }]);
    });
  }

  it('are left alone when they are somebody else’s, or name the file', () => {
    const { tree, problems } = from({ PATH: '/bin', oms_gateway_x: '1', OMS_GATEWAYS: '1', OMS_GATEWAY_CONFIG: 'x' });
    assert.deepEqual([tree, problems], [{}, []]);
  });

  it('are refused as flags as well', () => {
    const { problems } = overlay({}, { environment: {}, flags: { '--listen-prot': '1' } });
    assert.deepEqual(problems, [
      { path: '--listen-prot', message: 'is not a flag this version knows; did you mean --listen-port?' },
    ]);
  });

  it('for one relay are refused over a list of them', () => {
    const base = { relayProxy: [{ address: 'http://a.test' }] };
    const { tree, problems } = from({ OMS_GATEWAY_RELAY_PROXY_USERNAME: 'user1' }, base);
    assert.deepEqual(tree, base);
    assert.deepEqual(problems, [
      {
        path: 'OMS_GATEWAY_RELAY_PROXY_USERNAME',
        message: 'is for one, but relayProxy is a list in the file; change it there',
      },
    ]);
  });
});
