import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { entriesOf, planAdd, planRemove } from '../../src/cli/lists.ts';

const LIST = {
  key: 'names',
  canonical: (entry: string) => entry.toLowerCase(),
  sentences: {
    added: (entry: string) => `added ${entry}`,
    present: (entry: string) => `present ${entry}`,
    removed: (entry: string) => `removed ${entry}`,
    missing: (entry: string) => `missing ${entry}`,
  },
};

describe('edits of a list', () => {
  it('add each meaning once', () => {
    assert.deepEqual(planAdd(LIST, ['B', 'c', 'C', 'b'], { names: ['b'] }), {
      changes: [{ kind: 'append', path: ['names'], values: ['c'] }],
      did: ['added c'],
      notes: ['present B', 'present C', 'present b'],
    });
    assert.deepEqual(planAdd(LIST, ['b'], { names: ['B'] }).changes, []);
    assert.deepEqual(planAdd(LIST, ['b'], {}).changes, [{ kind: 'append', path: ['names'], values: ['b'] }]);
  });

  it('remove all spellings, and nothing when one entry is missing', () => {
    assert.deepEqual(planRemove(LIST, ['a'], { names: ['A', 'b', 'a'] }), {
      changes: [{ kind: 'remove', path: ['names'], indexes: [0, 2] }],
      did: ['removed a'],
    });
    assert.deepEqual(planRemove(LIST, ['a', 'x'], { names: ['a'] }), {
      changes: [],
      did: [],
      notes: ['missing x'],
      failed: true,
    });
  });

  it('see entries that are no texts without touching them', () => {
    assert.deepEqual(entriesOf({ names: ['a', 5, null] }, 'names'), ['a', '5', 'null']);
    assert.deepEqual([entriesOf({}, 'names'), entriesOf({ names: 'a' }, 'names')], [[], []]);
  });
});
