import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check } from '../../src/config/load.ts';
import { presetFiles, presetNames } from '../../src/config/preset-names.ts';
import { loadPreset, resolveHostRules } from '../../src/config/presets.ts';
import { problemText } from '../../src/config/problems.ts';
import { parseHostPattern } from '../../src/policy/host-pattern.ts';

const CLOUDS = ['public', 'usgovernment', 'china'] as const;

describe('presets', () => {
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
        assert.ok(hosts[cloud].length > 0 || name === 'azure-monitor-blob', 'its China suffix is not known');
        for (const entry of hosts[cloud]) assert.ok(parseHostPattern(entry).ok, entry);
        assert.equal(new Set(hosts[cloud]).size, hosts[cloud].length);
      }
    });
  }

  it('keep the clouds apart: no entry of one reaches into another', () => {
    const zone = { public: /\.(?:com|net)$/, usgovernment: /\.(?:us|net)$/, china: /\.cn$/ };
    for (const name of presetNames().filter((each) => !each.includes('/'))) {
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
    assert.match(
      text,
      /did you mean "azure-monitor"\? known are azure-monitor, azure-monitor-blob, hybrid-worker\/REGION, /,
    );
  });

  it('are no way to read other files', () => {
    for (const name of [
      '../gateway',
      '../../package',
      'azure-monitor.json',
      '',
      'hybrid-worker/../gateway',
      'azure-monitor/',
    ]) {
      assert.throws(() => loadPreset(name), /unknown preset/);
    }
  });
});

describe('presets of hybrid workers', () => {
  it('allow what the documentation prints for a region', () => {
    assert.deepEqual(loadPreset('hybrid-worker/westeurope').hosts.public, [
      'we-jobruntimedata-prod-su1.azure-automation.net',
      'we-agentservice-prod-1.azure-automation.net',
    ]);
    assert.deepEqual(loadPreset('hybrid-worker/usgovvirginia').hosts.public, [
      'usge-jobruntimedata-prod-su1.azure-automation.us',
      'usge-agentservice-prod-1.azure-automation.us',
      'usge-jobruntimedata-prod-1.usgovtrafficmanager.net',
      'usge-agentservice-prod-1.usgovtrafficmanager.net',
    ]);
    assert.deepEqual(loadPreset('hybrid-worker/chinaeast2').hosts.china, [
      'sha2-jobruntimedata-prod-su1.azure-automation.cn',
    ]);
  });

  it('allow every account of a region, or one', () => {
    assert.deepEqual(loadPreset('hybrid-worker-account/we').hosts.public, [
      '*.webhook.we.azure-automation.net',
      '*.agentsvc.we.azure-automation.net',
      '*.jrds.we.azure-automation.net',
    ]);
    const id = '0a1b2c3d-0000-4000-8000-000000000000';
    assert.deepEqual(
      loadPreset(`hybrid-worker-account/usgovtexas/${id.toUpperCase()}`).hosts.public[2],
      `${id}.jrds.ussc.azure-automation.us`,
    );
    assert.equal(loadPreset('hybrid-worker-account/dewc').hosts.public.length, 6, 'both zones until one is sure');
  });

  it('allow the same whatever the cloud is, because the region was named', () => {
    for (const name of presetNames().filter((each) => each.includes('/'))) {
      const { hosts } = loadPreset(name);
      assert.deepEqual([hosts.usgovernment, hosts.china], [hosts.public, hosts.public]);
    }
  });

  it('are the same by code as by name', () => {
    for (const name of ['hybrid-worker', 'hybrid-worker-account']) {
      for (const { code, region } of presetFiles().get(name)?.regions ?? []) {
        assert.deepEqual(loadPreset(`${name}/${code}`), loadPreset(`${name}/${region}`), region);
      }
    }
  });
});

describe('host rules', () => {
  it('are the configured hosts first, then the presets of the chosen cloud, each with its origin', () => {
    const rules = resolveHostRules({
      allowedHosts: ['www.test.com', '*.x.com'],
      presets: ['azure-monitor-blob'],
      cloud: 'usgovernment',
      workspaces: ['0A1B2C3D-0000-4000-8000-000000000000'],
    });
    assert.deepEqual(rules, [
      { pattern: 'www.test.com', origin: 'allowedHosts' },
      { pattern: '*.x.com', origin: 'allowedHosts' },
      { pattern: '*.blob.core.usgovcloudapi.net', origin: 'preset azure-monitor-blob' },
      ...['oms.opinsights.azure.us', 'ods.opinsights.azure.us', 'agentsvc.azure-automation.us'].map((endpoint) => ({
        pattern: `0a1b2c3d-0000-4000-8000-000000000000.${endpoint}`,
        origin: 'workspace 0A1B2C3D-0000-4000-8000-000000000000',
      })),
    ]);
  });

  it('are none when nothing is configured', () => {
    assert.deepEqual(resolveHostRules({ allowedHosts: [], presets: [], cloud: 'public', workspaces: [] }), []);
  });
});
