import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Cursor, Truncated } from '../../src/tls/cursor.ts';

describe('Cursor', () => {
  it('reads numbers in network byte order', () => {
    const cursor = new Cursor(Uint8Array.of(0x01, 0x02, 0x03, 0xff, 0xff, 0xff));
    assert.deepEqual([cursor.u8(), cursor.u16(), cursor.u24(), cursor.left], [0x01, 0x0203, 0xffffff, 0]);
  });

  it('yields a cursor over exactly the vector that a length prefix announces', () => {
    const prefixed: readonly [(cursor: Cursor) => Cursor, readonly number[]][] = [
      [(cursor) => cursor.sub8(), [2]],
      [(cursor) => cursor.sub16(), [0, 2]],
      [(cursor) => cursor.sub24(), [0, 0, 2]],
    ];
    for (const [sub, prefix] of prefixed) {
      const cursor = new Cursor(Uint8Array.of(...prefix, 0xaa, 0xbb, 0xcc));
      const vector = sub(cursor);
      assert.equal(vector.u16(), 0xaabb);
      assert.throws(() => vector.u8(), Truncated);
      assert.deepEqual([...cursor.rest()], [0xcc]);
    }
  });

  it('refuses what would read past the end, and does not move', () => {
    const cursor = new Cursor(Uint8Array.of(0x05));
    assert.throws(() => cursor.take(2), Truncated);
    assert.equal(cursor.left, 1);
    assert.throws(() => cursor.sub8(), Truncated);
    assert.throws(() => cursor.u8(), Truncated);
    assert.equal(cursor.rest().length, 0);
  });
});
