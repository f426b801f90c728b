import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { latin1Text } from '../../src/tls/latin1.ts';

describe('latin1Text', () => {
  it('makes one character of each byte', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    assert.equal(latin1Text(bytes), Buffer.from(bytes).toString('latin1'));
    assert.equal(latin1Text(new Uint8Array(0)), '');
  });
});
