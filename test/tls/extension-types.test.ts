import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ExtensionTypes } from '../../src/tls/extension-types.ts';

describe('ExtensionTypes', () => {
  it('keeps types in their order and finds each that comes twice, in lists short and long', () => {
    const types = new ExtensionTypes();
    const expected: number[] = [];
    for (let type = 1_000; type > 0; type -= 1) {
      assert.ok(types.add(type));
      expected.push(type);
      assert.ok(!types.add(type) && !types.add(1_000), String(type));
    }
    assert.deepEqual(types.list, expected);
  });
});
