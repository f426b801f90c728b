import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ClientPresence } from '../../src/metrics/client-presence.ts';

describe('client presence', () => {
  it('tells of an address when its first connection comes and its last one goes', () => {
    const clients = new ClientPresence();
    clients.opened('a');
    clients.opened('a');
    clients.opened('b');
    assert.deepEqual(clients.takeChanges(), [
      ['a', true],
      ['b', true],
    ]);
    clients.closed('a');
    assert.deepEqual(clients.takeChanges(), []);
    clients.closed('a');
    assert.deepEqual(clients.takeChanges(), [['a', false]]);
  });

  it('says nothing of who came and went between two reports', () => {
    const clients = new ClientPresence();
    clients.opened('a');
    clients.closed('a');
    assert.deepEqual(clients.takeChanges(), []);
    clients.opened('b');
    clients.takeChanges();
    clients.closed('b');
    clients.opened('b');
    assert.deepEqual(clients.takeChanges(), []);
  });

  it('tells many in pieces, none twice and none never', () => {
    const clients = new ClientPresence();
    for (let index = 0; index < 5_000; index += 1) clients.opened(String(index));
    const pieces = [clients.takeChanges(), clients.takeChanges(), clients.takeChanges(), clients.takeChanges()];
    assert.deepEqual(
      pieces.map(({ length }) => length),
      [2_000, 2_000, 1_000, 0],
    );
    assert.equal(new Set(pieces.flat().map(([address]) => address)).size, 5_000);
  });

  it('ends with what is true, whatever comes and goes and whenever it is asked', () => {
    const step = fc.tuple(fc.constantFrom('open', 'close', 'take'), fc.constantFrom('a', 'b', 'c'));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const clients = new ClientPresence();
        const open = new Map<string, number>();
        const told = new Set<string>();
        const take = (): void => {
          for (const [address, present] of clients.takeChanges()) {
            assert.notEqual(told.has(address), present);
            if (present) told.add(address);
            else told.delete(address);
          }
        };
        for (const [what, address] of steps) {
          const count = open.get(address) ?? 0;
          if (what === 'take') take();
          else if (what === 'open') {
            open.set(address, count + 1);
            clients.opened(address);
          } else if (count > 0) {
            open.set(address, count - 1);
            clients.closed(address);
          }
        }
        take();
        const present = [...open].filter(([, count]) => count > 0).map(([address]) => address);
        assert.deepEqual([...told].sort(), present.sort());
      }),
    );
  });
});
