import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answersOf, changesOf } from '../../../src/cli/setup/answers.ts';
import { check } from '../../../src/config/load.ts';

function answers(tree: object) {
  const loaded = check(tree);
  assert.ok(loaded.ok);
  return answersOf(loaded.config);
}

describe('answers of the setup', () => {
  it('begin with what the file says, and with the usual preset where it allows nothing', () => {
    assert.deepEqual(answers({}), {
      port: 8080,
      relay: 'as-is',
      workspaces: [],
      presets: ['azure-monitor'],
      cloud: 'public',
      language: 'auto',
    });
    assert.deepEqual(answers({ allowedHosts: ['a.test'] }).presets, []);
  });

  it('write the port and what is different from the defaults, nothing else', () => {
    const wanted = answers({});
    assert.deepEqual(changesOf({}, wanted), [
      { kind: 'set', path: ['listen', 'port'], value: 8080 },
      { kind: 'set', path: ['presets'], value: ['azure-monitor'] },
    ]);
    assert.deepEqual(changesOf({ listen: { port: 8080 }, presets: ['azure-monitor'] }, wanted), []);
  });

  it('leave relays alone unless one is given or taken away', () => {
    const tree = { listen: { port: 8080 }, allowedHosts: ['a.test'], relayProxy: [{ address: 'a' }, { address: 'b' }] };
    const wanted = answers({ allowedHosts: ['a.test'] });
    assert.deepEqual(changesOf(tree, wanted), []);
    assert.deepEqual(changesOf(tree, { ...wanted, relay: null }), [
      { kind: 'set', path: ['relayProxy'], value: undefined },
    ]);
    assert.deepEqual(changesOf(tree, { ...wanted, relay: { address: 'c' } }), [
      { kind: 'set', path: ['relayProxy'], value: { address: 'c' } },
    ]);
    assert.deepEqual(changesOf({ listen: { port: 8080 } }, { ...wanted, relay: null }), []);
  });
});
