import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hashPassword, parsePasswordHash, verifyPassword } from '../../src/credentials/password-hash.ts';

describe('a password hash', () => {
  it('is salted, and fits its password in every composition of its letters and no other', async () => {
    const [one, other] = [await hashPassword('gr\u00fcn'), await hashPassword('gr\u00fcn')];
    assert.match(one, /^\$scrypt\$ln=15,r=8,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    assert.notEqual(one, other);
    const hash = parsePasswordHash(one);
    assert.ok(hash !== null);
    assert.equal(await verifyPassword('gr\u00fcn', hash), true);
    assert.equal(await verifyPassword('gru\u0308n', hash), true);
    for (const wrong of ['', 'grun', 'gr\u00fcn ', 'GR\u00dcN']) assert.equal(await verifyPassword(wrong, hash), false);
  });

  it('is refused when it is none, too weak, or would take too much', () => {
    const made = (cost: string, salt = 'A'.repeat(22), hash = 'A'.repeat(43)): string =>
      `$scrypt$${cost}$${salt}$${hash}`;
    assert.ok(parsePasswordHash(made('ln=14,r=8,p=5')) !== null);
    for (const text of [
      '',
      'hunter2',
      made('ln=13,r=8,p=1'),
      made('ln=20,r=8,p=1'),
      made('ln=15,r=99,p=1'),
      made('ln=15,r=8,p=17'),
      made('ln=15,r=0,p=1'),
      made('ln=15,r=8,p=1', 'AAAA'),
      made('ln=15,r=8,p=1', 'A'.repeat(22), 'AAAA'),
      `${made('ln=15,r=8,p=1')}\n`,
      '$2b$10$abcdefghijklmnopqrstuv',
    ])
      assert.equal(parsePasswordHash(text), null, text);
  });
});
