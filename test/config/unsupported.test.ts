import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KEYS, variableOf } from '../../src/config/keys.ts';
import { isUnsupportedKey, isUnsupportedVariable } from '../../src/config/unsupported.ts';

describe('keys of later versions', () => {
  it('are known by their path and by every variable below it', () => {
    assert.ok(isUnsupportedKey('clients'));
    assert.ok(isUnsupportedVariable('OMS_GATEWAY_CLIENTS', variableOf));
    assert.ok(isUnsupportedVariable('OMS_GATEWAY_CLIENTS_ALLOW', variableOf));
    assert.ok(isUnsupportedVariable('OMS_GATEWAY_LIMITS_MAX_TUNNELS', variableOf));
    assert.ok(!isUnsupportedKey('relay'));
    assert.ok(!isUnsupportedVariable('OMS_GATEWAY_CLIENTSIDE', variableOf));
  });

  it('are none that the schema has by now', () => {
    const both = KEYS.filter(
      ({ path, variable }) => isUnsupportedKey(path.join('.')) || isUnsupportedVariable(variable, variableOf),
    );
    assert.deepEqual(both, []);
  });
});
