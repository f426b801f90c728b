import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RememberedSession } from '../../src/tunnel/session-memory.ts';
import { SessionMemory } from '../../src/tunnel/session-memory.ts';

const ID = Uint8Array.of(1, 2, 3);
const digest = (label: string, secret: Uint8Array): string => `${label}${secret.join()}`;

describe('SessionMemory', () => {
  it('finds what was learned, for the same kind of credential and destination alone', () => {
    const memory = new SessionMemory({ digest, now: () => 0 });
    memory.learn('ticket', 'a.test:443', ID, 0, 'CN=a');
    assert.equal(memory.find('ticket', 'a.test:443', ID), 'CN=a');
    assert.equal(memory.find('session-id', 'a.test:443', ID), null);
    assert.equal(memory.find('ticket', 'b.test:443', ID), null);
    assert.equal(memory.find('ticket', 'a.test:443', Uint8Array.of(1, 2)), null);
  });

  it('forgets when the time is over that the server named, and after a day at the latest', () => {
    let now = 1_000;
    const memory = new SessionMemory({ digest, now: () => now });
    memory.learn('ticket', 'a:1', ID, 60, 'x');
    memory.learn('session-id', 'a:1', ID, 0, 'y');
    memory.learn('session-id', 'b:1', ID, 4_000_000_000, 'z');
    now += 59_999;
    assert.equal(memory.find('ticket', 'a:1', ID), 'x');
    now += 1;
    assert.equal(memory.find('ticket', 'a:1', ID), null);
    now = 1_000 + 86_400_000 - 1;
    assert.deepEqual([memory.find('session-id', 'a:1', ID), memory.find('session-id', 'b:1', ID)], ['y', 'z']);
    now += 1;
    assert.deepEqual([memory.find('session-id', 'a:1', ID), memory.find('session-id', 'b:1', ID)], [null, null]);
    assert.equal(memory.size, 0);
  });

  it('is bounded: the oldest go first, one that comes again is new', () => {
    const memory = new SessionMemory({ digest, now: () => 0, capacity: 3 });
    for (const host of ['a', 'b', 'c', 'a', 'd']) memory.learn('ticket', host, ID, 0, host);
    assert.deepEqual(
      memory.all().map(({ subject }) => subject),
      ['c', 'a', 'd'],
    );
  });

  it('tells what it learns so that another one knows it too, and keeps no secret', () => {
    const told: RememberedSession[] = [];
    const one = new SessionMemory({
      digest: (label) => `hash of ${label}`,
      now: () => 5,
      learned: (entry) => told.push(entry),
    });
    const other = new SessionMemory({ digest: (label) => `hash of ${label}`, now: () => 5 });
    one.learn('ticket', 'a:1', ID, 10, 'CN=a');
    assert.deepEqual(told, [{ key: 'hash of ticket a:1 ', expiresMs: 10_005, subject: 'CN=a' }]);
    for (const entry of told) other.add(entry);
    assert.equal(other.find('ticket', 'a:1', ID), 'CN=a');
    assert.equal(told.length, 1);
  });

  it('drops what has expired while it learns', () => {
    let now = 0;
    const memory = new SessionMemory({ digest, now: () => now });
    for (const host of ['a', 'b']) memory.learn('ticket', host, ID, 1, host);
    now = 2_000;
    memory.learn('ticket', 'c', ID, 1, 'c');
    assert.equal(memory.size, 1);
  });
});
