import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check } from '../../src/config/load.ts';
import { compileRules } from '../../src/policy/rules.ts';

function config() {
  const loaded = check({
    allowedPorts: [443, 8443],
    addressGuard: { deny: ['10.0.0.0/8'] },
    tls: { minVersion: '1.3' },
  });
  assert.ok(loaded.ok);
  return loaded.config;
}

describe('rules', () => {
  it('are the same when they are compiled in another process from a copy of the snapshot', () => {
    const sources = {
      config: config(),
      hostGroups: [
        { origin: 'allowedHosts', patterns: ['*.x.com'] },
        { origin: 'preset p', patterns: ['10.0.0.0/8'] },
      ],
      ownAddresses: [{ address: '::', port: 8080 }],
    };
    const copy = JSON.parse(JSON.stringify(sources)) as typeof sources;
    const [one, other] = [compileRules(copy), compileRules(sources)];
    assert.deepEqual(one, other);
    assert.deepEqual([...one.destination.ports], [443, 8443]);
    for (const { destination } of [one, other]) {
      assert.equal(destination.hosts.match({ kind: 'name', text: 'a.x.com' }), 'allowedHosts: *.x.com');
      assert.equal(destination.hosts.size, 2);
    }
  });

  it('name the origin and the entry as it was written', () => {
    const hostGroups = [{ origin: 'preset p', patterns: ['Bücher.TEST.'] }];
    const { destination } = compileRules({ config: config(), hostGroups, ownAddresses: [] });
    assert.equal(destination.hosts.match({ kind: 'name', text: 'xn--bcher-kva.test' }), 'preset p: Bücher.TEST.');
  });

  it('are not made of entries that are no pattern: a mistake of ours, said aloud', () => {
    const hostGroups = [{ origin: 'preset p', patterns: ['*.com'] }];
    assert.throws(() => compileRules({ config: config(), hostGroups, ownAddresses: [] }), /preset p: \*\.com/);
  });
});
