import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parsePresetName, presetFiles, presetForms, presetNames } from '../../src/config/preset-names.ts';

const ACCOUNT = '0a1b2c3d-0000-4000-8000-000000000000';

describe('names of presets', () => {
  it('are the files, and one for each region of a family', () => {
    const names = presetNames();
    assert.deepEqual(names.slice(0, 2), ['azure-monitor', 'azure-monitor-blob']);
    assert.ok(names.includes('hybrid-worker/westeurope') && names.includes('hybrid-worker-account/switzerlandwest'));
    assert.equal(new Set(names).size, names.length);
    assert.equal(
      presetForms(),
      'azure-monitor, azure-monitor-blob, hybrid-worker/REGION, hybrid-worker-account/REGION',
    );
  });

  it('are read with the region as slug, as printed, or as code', () => {
    for (const text of ['westeurope', 'West Europe', 'we', 'WE']) {
      assert.equal(parsePresetName(`hybrid-worker/${text}`)?.region?.code, 'we', text);
    }
    assert.equal(parsePresetName(`hybrid-worker-account/eus2/${ACCOUNT.toUpperCase()}`)?.account, ACCOUNT);
  });

  it('are refused when anything about them is not known', () => {
    for (const text of [
      ...['', 'x', 'azure-monitor/we', 'hybrid-worker', 'hybrid-worker/', 'hybrid-worker/moon', '/we', '__proto__'],
      ...[`hybrid-worker/we/${ACCOUNT}`, 'hybrid-worker-account/we/', 'hybrid-worker-account/we/me'],
      ...[`hybrid-worker-account/we/${ACCOUNT}/x`, 'hybrid-worker/wé'],
    ]) {
      assert.equal(parsePresetName(text), null, text);
    }
  });

  it('never mean two regions: codes and slugs of a family differ', () => {
    for (const { regions = [] } of presetFiles().values()) {
      const all = regions.flatMap(({ code, region }) => [code, region.toLowerCase().replaceAll(' ', '')]);
      assert.equal(new Set(all).size, all.length);
    }
  });
});
