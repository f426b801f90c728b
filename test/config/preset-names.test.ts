import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { presetNames } from '../../src/config/preset-names.ts';

describe('presetNames', () => {
  it('lists the presets of the package in order, without the ending of their files', () => {
    assert.deepEqual(presetNames(), ['azure-monitor', 'azure-monitor-blob']);
  });
});
