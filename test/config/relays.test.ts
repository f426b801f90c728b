import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check } from '../../src/config/load.ts';
import type { Relay } from '../../src/config/relays.ts';
import { relaysOf } from '../../src/config/relays.ts';

function relays(relayProxy: unknown): Relay[] {
  const loaded = check({ relayProxy });
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return relaysOf(loaded.config);
}

function problems(relayProxy: unknown): string[] {
  const loaded = check({ relayProxy });
  return loaded.ok ? [] : loaded.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('relays of a configuration', () => {
  it('are none without an address', () => {
    assert.deepEqual([relays({}), relays({ address: '', username: 'left over' }), relays([])], [[], [], []]);
  });

  it('are one, or a list in the order it has', () => {
    const one = relays({ address: 'http://a.test:8080', username: 'user1', password: '123' });
    assert.deepEqual(
      one.map(({ username, password, bypass }) => [username, password, bypass]),
      [['user1', '123', []]],
    );
    const two = relays([{ address: 'https://a.test' }, { address: '10.0.0.1:3128', bypass: ['*.x.com'] }]);
    assert.deepEqual(
      two.map(({ address, bypass }) => [address.secure, address.authority.port, bypass]),
      [
        [true, 443, []],
        [false, 3128, ['*.x.com']],
      ],
    );
  });

  it('are refused when credentials do not fit together', () => {
    const base = { address: 'http://a.test:8080' };
    assert.deepEqual(problems({ ...base, username: 'a', password: 'b', passwordFile: 'c' }), [
      'relayProxy.passwordFile: "c" is given beside password; use one',
    ]);
    assert.deepEqual(problems({ ...base, password: 'hunter2' }), [
      'relayProxy.password: (a hidden value) needs a username beside it',
    ]);
    assert.deepEqual(problems({ ...base, username: 'a:b', password: 'c' }), [
      'relayProxy.username: "a:b" has a colon in it, which Basic authentication cannot carry',
    ]);
  });

  it('are refused by the place in the list', () => {
    assert.deepEqual(problems([{ address: 'http://a.test' }, { address: 'ftp://b.test' }, {}, { addres: 'c' }]), [
      'relayProxy[1].address: "ftp://b.test" has the scheme ftp; expected http://HOST:PORT or https://HOST:PORT',
      'relayProxy[2].address: nothing is given; a relay of a list needs an address',
      'relayProxy[3].addres: unknown key; did you mean "address"? known keys: address, username, password, passwordFile, bypass',
      'relayProxy[3].address: nothing is given; a relay of a list needs an address',
    ]);
  });

  it('are refused when they are neither', () => {
    assert.deepEqual(problems('http://a.test'), [
      'relayProxy: "http://a.test" is not a relay; expected an object like { "address": "http://HOST:PORT" }, or a list of them',
    ]);
  });
});
