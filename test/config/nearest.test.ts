import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nearest } from '../../src/config/nearest.ts';

const KNOWN = ['host', 'port', 'allowedHosts', 'allowedPorts', 'presets'];

describe('nearest', () => {
  for (const [name, meant] of [
    ['prot', 'port'],
    ['hots', 'host'],
    ['HOST', 'host'],
    ['allowdHosts', 'allowedHosts'],
    ['allowed_ports', 'allowedPorts'],
    ['preset', 'presets'],
    ['allowedHots', 'allowedHosts'],
    ['admin', null],
    ['', null],
    ['x'.repeat(100_000), null],
  ] as const) {
    it(`finds ${meant === null ? 'nothing' : `"${meant}"`} for "${name.slice(0, 20)}"`, () => {
      assert.equal(nearest(name, KNOWN), meant);
    });
  }
});
