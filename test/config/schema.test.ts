import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check } from '../../src/config/load.ts';
import { EVENTS } from '../../src/events/catalogue.ts';
import type { Config } from '../../src/config/schema.ts';

function accepted(tree: unknown): Config {
  const loaded = check(tree);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.config;
}

describe('configuration schema', () => {
  it('knows the number of every event and no other for log.levels', () => {
    for (const event of Object.keys(EVENTS)) assert.ok(check({ log: { levels: { [event]: 'off' } } }).ok, event);
    for (const event of ['108', '1030', 'x', '']) assert.ok(!check({ log: { levels: { [event]: 'off' } } }).ok, event);
  });

  it('has a default for every key, as users were told', () => {
    assert.deepEqual(accepted({}), {
      listen: {
        host: '::',
        port: 8080,
        proxyProtocol: 'off',
        trustedProxies: [],
        tls: { certificate: '', key: '', clientAuthorities: '', minVersion: '1.2' },
      },
      workers: 'auto',
      engine: 'auto',
      mode: 'enforce',
      allowedHosts: [],
      allowedPorts: [443],
      presets: [],
      workspaces: [],
      cloud: 'public',
      hostLists: [],
      stateDirectory: '',
      agentDiscovery: false,
      watch: false,
      allowedClientCertificates: [],
      tls: {
        minVersion: '1.2',
        maxVersion: '1.3',
        missingSni: 'reject',
        encryptedClientHello: 'reject-mismatch',
        clientCertificate: 'when-requested',
        hiddenClientCertificate: 'allow',
        serverCertificate: 'off',
        trustedCertificates: '',
      },
      relayProxy: { address: '', username: '', password: '', passwordFile: '', bypass: [] },
      clients: {
        allow: [],
        deny: [],
        maxTunnelsPerClient: 0,
        newTunnelsPerSecond: 0,
        newTunnelsBurst: 20,
        basicAuth: [],
      },
      addressGuard: { allow: [], deny: [], denyPrivate: false },
      dns: { hosts: {}, cacheSeconds: 30 },
      limits: { maxTunnels: 0, headerBytes: 8192, handshakeBytes: 262_144 },
      timeouts: {
        connectRequest: 10,
        clientHello: 10,
        dial: 10,
        handshake: 30,
        idle: 600,
        halfClosed: 60,
        maxTunnelAge: 0,
        drainNotice: 0,
        drain: 30,
      },
      log: {
        level: 'info',
        levels: {},
        sample: 1,
        file: '',
        accessFile: '',
        maxSizeMb: 0,
        maxAgeDays: 0,
        keep: 7,
        language: 'auto',
      },
      admin: { host: '127.0.0.1', port: 8081, token: '' },
    });
  });

  it('fills the rest of a section of which one key is given', () => {
    assert.deepEqual(accepted({ dns: { cacheSeconds: 1 } }).dns, { hosts: {}, cacheSeconds: 1 });
  });

  for (const tree of [
    { $schema: './gateway.schema.json' },
    { listen: { host: '127.0.0.1', port: 65_535 } },
    { workers: 1 },
    { workers: 256 },
    { allowedHosts: ['www.test.com', 'www.test.com', '*.ods.opinsights.azure.com', '10.0.0.7', '10.1.0.0/16', '::1'] },
    { allowedHosts: ['MÜNCHEN.de.'] },
    { allowedPorts: [443, 443, 8443] },
    { presets: ['azure-monitor', 'azure-monitor-blob'], cloud: 'china' },
    { tls: { minVersion: '1.3', maxVersion: '1.3' } },
    { tls: { minVersion: '1.0', maxVersion: '1.0' } },
    { relayProxy: { address: 'http://proxy.test:8080', username: 'user1', password: '123', bypass: ['*.x.com'] } },
    { relayProxy: [] },
    { addressGuard: { allow: ['127.0.0.1', '::1/128'], deny: ['10.0.0.0/8'], denyPrivate: true } },
    { dns: { hosts: { 'a.test': '10.0.0.1', 'b.test': ['10.0.0.1', 'fd00::1'] }, cacheSeconds: 0 } },
    { limits: { headerBytes: 256, handshakeBytes: 4096 } },
    { limits: { headerBytes: 1_048_576, handshakeBytes: 16_777_216 } },
    { timeouts: { idle: 2_592_000, dial: 0.05 } },
    { admin: { host: '::1', port: 0 } },
    { log: { levels: { 103: 'off', 107: 'debug' }, sample: 100, maxSizeMb: 0.5, maxAgeDays: 1, keep: 0 } },
    { admin: { host: '0.0.0.0', port: 9090, token: 'abcDEF0123456789-._~+/=' } },
    { log: { level: 'debug', file: 'C:\\logs\\gateway.log', language: 'pt-BR' } },
  ]) {
    it(`takes ${JSON.stringify(tree)}`, () => {
      assert.deepEqual({ ...accepted(tree), ...tree }, merged(accepted({}), tree));
    });
  }
});

/** The defaults with `tree` over them would be the result; sections are compared key by key. */
function merged(defaults: Config, tree: object): object {
  const config = accepted(tree) as unknown as Record<string, unknown>;
  for (const [name, given] of Object.entries(tree)) assertHolds(config[name], given);
  return { ...defaults, ...tree };
}

function assertHolds(value: unknown, given: unknown): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    assert.deepEqual(value, given);
    return;
  }
  for (const [name, inner] of Object.entries(given)) assertHolds((value as Record<string, unknown>)[name], inner);
}
