import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseHost } from '../../src/address/host.ts';
import { check } from '../../src/config/load.ts';
import { relaysOf } from '../../src/config/relays.ts';
import { FAILURE_MEMORY_MS, RelayRoutes } from '../../src/relay/routes.ts';

function routes(relayProxy: unknown): RelayRoutes {
  const loaded = check({ relayProxy });
  assert.ok(loaded.ok);
  return new RelayRoutes(relaysOf(loaded.config));
}

function names(list: RelayRoutes, host: string, nowMs = 0): string[] {
  const parsed = parseHost(host);
  assert.ok(parsed.ok);
  return list.candidates(parsed.host, nowMs).map(({ name }) => name);
}

const ONE = { address: 'http://one.test:3128' };
const TWO = { address: 'https://two.test' };

describe('the relays of a destination', () => {
  it('are tried in the order of the configuration', () => {
    assert.deepEqual(names(routes([ONE, TWO]), 'a.test'), ['one.test:3128', 'two.test:443']);
    assert.deepEqual(names(routes({}), 'a.test'), []);
  });

  it('leave out those that the destination bypasses: names below a suffix, ranges, single hosts', () => {
    const list = routes([{ ...ONE, bypass: ['*.corp.test', '10.0.0.0/8', 'two.example'] }, TWO]);
    for (const host of ['a.corp.test', '10.1.2.3', 'two.example']) {
      assert.deepEqual(names(list, host), ['two.test:443'], host);
    }
    for (const host of ['corp.test', '11.1.2.3', 'a.two.example']) assert.equal(names(list, host).length, 2, host);
    assert.deepEqual(names(routes({ ...ONE, bypass: ['a.test'] }), 'a.test'), []);
  });

  it('stand behind the others for a while after they failed, and are told apart as news only once', () => {
    const list = routes([ONE, TWO]);
    const parsed = parseHost('a.test');
    assert.ok(parsed.ok);
    const [first] = list.candidates(parsed.host, 0);
    assert.ok(first !== undefined);
    assert.equal(list.failed(first, 0), true);
    assert.equal(list.failed(first, 10), false);
    assert.deepEqual(names(list, 'a.test', 20), ['two.test:443', 'one.test:3128']);
    assert.deepEqual(names(list, 'a.test', 10 + FAILURE_MEMORY_MS), ['one.test:3128', 'two.test:443']);
    list.failed(first, 50_000);
    list.worked(first);
    assert.deepEqual(names(list, 'a.test', 50_001), ['one.test:3128', 'two.test:443']);
  });

  it('are all tried again, the first one first, when all have failed', () => {
    const list = routes([ONE, TWO]);
    const parsed = parseHost('a.test');
    assert.ok(parsed.ok);
    for (const route of list.candidates(parsed.host, 0)) list.failed(route, 0);
    assert.deepEqual(names(list, 'a.test', 1), ['one.test:3128', 'two.test:443']);
  });
});
