import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changedKeys, needsRestart, reloadable } from '../../src/config/changes.ts';
import { check } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';

function config(tree: unknown): Config {
  const loaded = check(tree);
  assert.ok(loaded.ok);
  return loaded.config;
}

describe('changes between configurations', () => {
  it('are named by key, in the order of the schema, without values', () => {
    const before = config({ allowedHosts: ['a.example'], dns: { hosts: { 'a.example': '10.0.0.1' } } });
    const after = config({
      allowedHosts: ['b.example'],
      dns: { hosts: { 'b.example': '10.0.0.1' } },
      log: { level: 'warn' },
      relayProxy: { address: 'http://r.example:1', username: 'u', password: 'secret' },
      listen: { port: 9090 },
    });
    const changed = changedKeys(before, after);
    const relay = ['relayProxy.address', 'relayProxy.username', 'relayProxy.password'];
    assert.deepEqual(changed, ['listen.port', 'allowedHosts', ...relay, 'dns.hosts', 'log.level']);
    assert.deepEqual(changed.filter(needsRestart), ['listen.port']);
  });

  it('are none between equal configurations, however they are written', () => {
    const one = { allowedHosts: ['a.example', 'b.example'], hostLists: [{ file: '/x' }] };
    assert.deepEqual(changedKeys(config(one), config({ ...one, workers: 'auto' })), []);
    const relay = { address: 'http://r.example:1' };
    assert.deepEqual(changedKeys(config({ relayProxy: relay }), config({ relayProxy: [relay] })), ['relayProxy']);
  });

  it('that need a restart are left out of what a running gateway takes over', () => {
    const running = config({ workers: 2, allowedHosts: ['a.example'] });
    const taken = reloadable(running, config({ workers: 3, engine: 'portable', allowedHosts: ['b.example'] }));
    assert.deepEqual([taken.workers, taken.engine, taken.allowedHosts], [2, 'auto', ['b.example']]);
    for (const key of ['listen.host', 'workers', 'engine', 'admin.port']) assert.ok(needsRestart(key), key);
    for (const key of ['allowedHosts', 'listen.trustedProxies', 'limits.headerBytes', 'listenX'])
      assert.ok(!needsRestart(key), key);
  });
});
