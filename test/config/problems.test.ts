import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check } from '../../src/config/load.ts';
import { problemText } from '../../src/config/problems.ts';
import { WRONG_CONFIGURATIONS } from '../support/wrong-configurations.ts';

function problems(tree: unknown): string[] {
  const loaded = check(tree);
  return loaded.ok ? [] : loaded.problems.map(problemText);
}

describe('problems of a configuration', () => {
  for (const [tree, text] of WRONG_CONFIGURATIONS) {
    it(`says: ${text.slice(0, 90)}`, () => {
      assert.deepEqual(problems(tree), [text]);
    });
  }

  it('tells all at once, checks across keys included', () => {
    const tree = { listen: { port: 0, x: 1 }, tls: { maxVersion: '1.1' }, client: {} };
    assert.deepEqual(
      problems(tree)
        .map((text) => text.split(':')[0])
        .sort(),
      ['client', 'listen.port', 'listen.x', 'tls.maxVersion'],
    );
  });

  it('never shows what looks like a secret, wherever it stands', () => {
    const misplaced = { password: 'hunter2', list: [{ apiToken: 'hunter2' }], clientSecret: { a: 'hunter2' } };
    const told = [
      ...problems({ allowedPorts: misplaced }),
      ...problems({ listen: [misplaced] }),
      ...problems({ dns: { hosts: { 'password.test': 'hunter2' } } }),
      ...problems({ password: 'hunter2', admin: misplaced }),
      ...problems({ log: { level: 'https://me:hunter2@log.test' } }),
    ];
    assert.equal(told.length, 8);
    assert.ok(
      told.every((text) => !text.includes('hunter2')),
      told.join('\n'),
    );
  });

  it('keeps values and names bounded and on one line', () => {
    const long = '\u001b\n'.repeat(50_000);
    const told = [
      ...problems({ cloud: long }),
      ...problems({ listen: { [long]: 1 } }),
      ...problems({ allowedPorts: [long] }),
    ];
    assert.equal(told.length, 3);
    for (const text of told) {
      assert.ok(text.length < 400, `${text.length} characters`);
      assert.doesNotMatch(text, /\p{Cc}/u);
    }
  });
});
