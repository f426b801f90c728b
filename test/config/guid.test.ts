import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isGuid } from '../../src/config/guid.ts';

describe('an id', () => {
  it('is 32 hexadecimal digits in five groups, in either case, and nothing around them', () => {
    assert.ok(isGuid('0a1b2c3d-0000-4000-8000-00000000000f') && isGuid('0A1B2C3D-0000-4000-8000-00000000000F'));
    const wrong = ['', '0a1b2c3d00004000800000000000000f', '{0a1b2c3d-0000-4000-8000-00000000000f}'];
    for (const text of [...wrong, '0a1b2c3d-0000-4000-8000-00000000000g', ' 0a1b2c3d-0000-4000-8000-00000000000f']) {
      assert.ok(!isGuid(text), text);
    }
  });
});
