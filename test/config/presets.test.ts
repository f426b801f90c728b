import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check } from '../../src/config/load.ts';
import { presetNames } from '../../src/config/preset-names.ts';
import { loadPreset, resolveHostRules } from '../../src/config/presets.ts';
import { problemText } from '../../src/config/problems.ts';
import { parseHostPattern } from '../../src/policy/host-pattern.ts';

const CLOUDS = ['public', 'usgovernment', 'china'] as const;

describe('presets', () => {
  it('are the two that the documentation names', () => {
    assert.deepEqual(presetNames(), ['azure-monitor', 'azure-monitor-blob']);
  });

  for (const name of presetNames()) {
    it(`${name} says what it is, where it is from and of when`, () => {
      const { description, source, date, notes } = loadPreset(name);
      assert.ok(description.length > 20 && source.length > 20);
      assert.match(date, /^\d{4}-\d{2}-\d{2}$/);
      assert.ok(notes?.every((note) => note.length > 20));
    });

    it(`${name} lists valid entries for each cloud, none twice`, () => {
      const { hosts } = loadPreset(name);
      assert.deepEqual(Object.keys(hosts), [...CLOUDS]);
      for (const cloud of CLOUDS) {
        for (const entry of hosts[cloud]) assert.ok(parseHostPattern(entry).ok, entry);
        assert.equal(new Set(hosts[cloud]).size, hosts[cloud].length);
      }
    });
  }

  it('keep the clouds apart: no entry of one reaches into another', () => {
    const zone = { public: /\.(?:com|net)$/, usgovernment: /\.(?:us|net)$/, china: /\.cn$/ };
    for (const name of presetNames()) {
      for (const cloud of CLOUDS) for (const entry of loadPreset(name).hosts[cloud]) assert.match(entry, zone[cloud]);
    }
  });

  it("leave strangers' storage accounts to a preset of their own", () => {
    assert.ok(!JSON.stringify(loadPreset('azure-monitor').hosts).includes('.blob.'));
    assert.deepEqual(loadPreset('azure-monitor-blob').hosts.china, [], 'its suffix is not known');
  });

  it('that do not exist are a problem of the configuration, which lists those that do', () => {
    const loaded = check({ presets: ['azure-moniter'] });
    assert.ok(!loaded.ok);
    const text = loaded.problems.map(problemText).join('\n');
    assert.match(text, /^presets\[0\]: .*azure-moniter/);
    assert.match(text, /azure-monitor, azure-monitor-blob/);
  });

  it('are no way to read other files', () => {
    for (const name of ['../gateway', '../../package', 'azure-monitor.json', '']) {
      assert.throws(() => loadPreset(name), /unknown preset/);
    }
  });
});

describe('host rules', () => {
  it('are the configured hosts first, then the presets of the chosen cloud, each with its origin', () => {
    const rules = resolveHostRules({
      allowedHosts: ['www.test.com', '*.x.com'],
      presets: ['azure-monitor-blob'],
      cloud: 'usgovernment',
    });
    assert.deepEqual(rules, [
      { pattern: 'www.test.com', origin: 'allowedHosts' },
      { pattern: '*.x.com', origin: 'allowedHosts' },
      { pattern: '*.blob.core.usgovcloudapi.net', origin: 'preset azure-monitor-blob' },
    ]);
  });

  it('are none when nothing is configured', () => {
    assert.deepEqual(resolveHostRules({ allowedHosts: [], presets: [], cloud: 'public' }), []);
  });
});
