import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { check, loadConfig } from '../../src/config/load.ts';
import { problemText } from '../../src/config/problems.ts';

function problems(tree: unknown): string[] {
  const loaded = check(tree);
  return loaded.ok ? [] : loaded.problems.map(problemText);
}

function load(text: string, environment: Record<string, string> = {}, flags: Record<string, string> = {}) {
  const file = join(mkdtempSync(join(tmpdir(), 'oms-gateway-config-')), 'gateway.json');
  writeFileSync(file, text);
  return loadConfig({ file, environment, flags });
}

describe('a wrong configuration', () => {
  for (const [tree, expected] of [
    [{ listen: { port: 70000 } }, 'listen.port: 70000 is not a port; expected a whole number from 1 to 65535'],
    [{ listen: { port: 0 } }, 'listen.port: 0 is not a port; expected a whole number from 1 to 65535'],
    [{ listen: { port: '8080' } }, 'listen.port: "8080" is not a port; expected a whole number from 1 to 65535'],
    [{ listen: { port: 80.5 } }, 'listen.port: 80.5 is not a port; expected a whole number from 1 to 65535'],
    [{ allowedPorts: [443, -1] }, 'allowedPorts[1]: -1 is not a port; expected a whole number from 1 to 65535'],
    [
      { listen: { prot: 1 } },
      'listen.prot: unknown key; did you mean "port"? known keys: host, port, proxyProtocol, trustedProxies, tls',
    ],
    [{ allowedHosts: ['x.com:443'] }, 'allowedHosts[0]: "x.com:443" has a port; ports belong into allowedPorts'],
    [
      { presets: ['azure'] },
      'presets[0]: "azure" is not a preset; known are azure-monitor, azure-monitor-blob, hybrid-worker/REGION, hybrid-worker-account/REGION',
    ],
    [
      { tls: { minVersion: '1.4' } },
      'tls.minVersion: "1.4" is not a known value; expected one of "1.0", "1.1", "1.2", "1.3"',
    ],
    [
      { tls: { minVersion: '1.3', maxVersion: '1.2' } },
      'tls.maxVersion: "1.2" is below tls.minVersion "1.3"; no TLS session could pass',
    ],
    [{ timeouts: { idle: -1 } }, 'timeouts.idle: -1 is not a time; expected a number of seconds from 0.05 to 2592000'],
    [{ workers: 0 }, 'workers: 0 is not a number of workers; expected "auto" or a whole number from 1 to 256'],
    [{ listen: 5 }, 'listen: 5 is not a section; expected an object with keys'],
    [
      { dns: { hosts: { 'a.com': 'b.com' } } },
      'dns.hosts.a.com: "b.com" is not an IP address; expected one like 10.0.0.7 or fd00::7',
    ],
  ] as const) {
    it(expected, () => {
      assert.deepEqual(problems(tree), [expected]);
    });
  }

  it('is told whole, not only its first problem', () => {
    assert.equal(problems({ listen: { port: 0 }, cloud: 'x', alowedHosts: [] }).length, 3);
  });

  it('that cannot be read says where', () => {
    const loaded = load('{\n  "listen": {,}\n}');
    assert.ok(!loaded.ok);
    assert.match(loaded.problems[0]?.message ?? '', /is not valid JSON/);
    const missing = loadConfig({ file: '/nowhere/gateway.json', environment: {}, flags: {} });
    assert.ok(!missing.ok);
    assert.equal(missing.problems[0]?.message, 'there is no such file');
  });
});

describe('a configuration', () => {
  it('takes file, then environment, then flags', () => {
    const text = '{ "listen": { "port": 1000 }, "cloud": "china", "allowedHosts": ["a.com"] }';
    const environment = {
      OMS_GATEWAY_LISTEN_PORT: '2000',
      OMS_GATEWAY_ALLOWED_HOSTS: 'b.com, *.c.com',
      OMS_GATEWAY_ALLOWED_PORTS: '443,8443',
    };
    const loaded = load(text, environment, { '--listen-port': '3000' });
    assert.ok(loaded.ok);
    const { listen, cloud, allowedHosts, allowedPorts } = loaded.config;
    assert.deepEqual(
      [listen.port, cloud, allowedHosts, allowedPorts],
      [3000, 'china', ['b.com', '*.c.com'], [443, 8443]],
    );
  });

  it('says which variable or flag a wrong value came from, and refuses unknown variables', () => {
    const loaded = load('{}', { OMS_GATEWAY_LISTEN_PORT: '70000', OMS_GATEWAY_LISEN: '1' });
    assert.ok(!loaded.ok);
    assert.deepEqual(loaded.problems.map(problemText), [
      'OMS_GATEWAY_LISEN: is not a variable this version knows',
      'listen.port (from OMS_GATEWAY_LISTEN_PORT): 70000 is not a port; expected a whole number from 1 to 65535',
    ]);
  });

  it('is frozen throughout, and plain enough to be sent to a worker', () => {
    const loaded = load('{ "dns": { "hosts": { "a.test": ["10.0.0.1"] } } }');
    assert.ok(loaded.ok);
    const { config } = loaded;
    const parts = [
      config,
      config.listen,
      config.allowedPorts,
      config.tls,
      config.dns.hosts,
      config.dns.hosts['a.test'],
    ];
    assert.deepEqual(
      parts.map((part) => Object.isFrozen(part)),
      [true, true, true, true, true, true],
    );
    assert.throws(() => config.allowedHosts.push('evil.test'), TypeError);
    assert.deepEqual(structuredClone(config), config);
  });
});

describe('problems from several sources', () => {
  it('are told together: file, environment, flags', () => {
    const text = '{ "listen": { "port": 0 }, "client": {} }';
    const loaded = load(text, { OMS_GATEWAY_CLOUD: 'moon' }, { '--tls-min-version': '9' });
    assert.ok(!loaded.ok);
    assert.deepEqual(loaded.problems.map(({ path }) => path).sort(), [
      'client',
      'cloud (from OMS_GATEWAY_CLOUD)',
      'listen.port',
      'tls.minVersion (from --tls-min-version)',
    ]);
  });

  it('name the last source of a value, entries of lists and tables included', () => {
    const environment = { OMS_GATEWAY_ALLOWED_HOSTS: 'a.com,b c', OMS_GATEWAY_DNS_HOSTS: '{"x.test":"y"}' };
    const loaded = load('{}', { ...environment, OMS_GATEWAY_LISTEN_PORT: '1' }, { '--listen-port': '0x50' });
    assert.ok(!loaded.ok);
    assert.deepEqual(loaded.problems.map(({ path }) => path).sort(), [
      'allowedHosts[1] (from OMS_GATEWAY_ALLOWED_HOSTS)',
      'dns.hosts.x.test (from OMS_GATEWAY_DNS_HOSTS)',
      'listen.port (from --listen-port)',
    ]);
  });

  it('name the variable that made the value of the file wrong', () => {
    const loaded = load('{ "tls": { "maxVersion": "1.2" } }', { OMS_GATEWAY_TLS_MIN_VERSION: '1.3' });
    assert.ok(!loaded.ok);
    assert.deepEqual(loaded.problems.map(problemText), [
      'tls.maxVersion (tls.minVersion from OMS_GATEWAY_TLS_MIN_VERSION): ' +
        '"1.2" is below tls.minVersion "1.3"; no TLS session could pass',
    ]);
  });

  it('are told although the file cannot be read', () => {
    const environment = { OMS_GATEWAY_LISTEN_PORT: '0' };
    const loaded = loadConfig({ file: '/nowhere/gateway.json', environment, flags: {} });
    assert.ok(!loaded.ok);
    assert.deepEqual(loaded.problems.map(problemText), [
      '/nowhere/gateway.json: there is no such file',
      'listen.port (from OMS_GATEWAY_LISTEN_PORT): 0 is not a port; expected a whole number from 1 to 65535',
    ]);
  });

  it('are not covered up by a variable inside a section that is wrong', () => {
    const loaded = load('{ "listen": 5 }', { OMS_GATEWAY_LISTEN_PORT: '8080' });
    assert.ok(!loaded.ok);
    assert.deepEqual(loaded.problems.map(problemText), ['listen: 5 is not a section; expected an object with keys']);
  });
});

describe('a long list', () => {
  it('of 100,000 hosts is checked in less than two seconds of processor time', () => {
    const allowedHosts = Array.from({ length: 100_000 }, (_, index) =>
      index % 5 === 0 ? `*.zone${index}.example.com` : `host${index}.sub.example.com`,
    );
    const before = process.cpuUsage();
    assert.ok(check({ allowedHosts }).ok);
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 2_000_000, `${user + system} µs`);
  });
});
