import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attributeName, attributeType } from '../../src/tls/attribute-types.ts';

describe('attribute types', () => {
  it('are known by short name, long name and object identifier, in any case', () => {
    for (const text of ['CN', 'cn', 'commonName', 'COMMONNAME', '2.5.4.3', 'OID.2.5.4.3', 'oid.2.5.4.3']) {
      assert.equal(attributeType(text), '2.5.4.3', text);
    }
    assert.deepEqual([attributeType('S'), attributeType('st')], ['2.5.4.8', '2.5.4.8'], 'Windows writes S for ST');
    assert.equal(attributeType('E'), attributeType('emailAddress'));
  });

  it('are written by their first name, or as they are', () => {
    assert.deepEqual([attributeName('2.5.4.8'), attributeName('1.2.3')], ['ST', '1.2.3']);
    for (const name of ['CN', 'L', 'ST', 'O', 'OU', 'C', 'STREET', 'DC', 'UID']) {
      assert.equal(attributeName(attributeType(name) ?? ''), name, 'RFC 4514 section 3');
    }
  });

  it('are none of these', () => {
    for (const text of ['', 'X', '2', '2.05', '3.1', 'toString', '__proto__', '2.5.4.'])
      assert.equal(attributeType(text), null, text);
  });
});
