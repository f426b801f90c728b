import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MessagePieces } from '../../src/tls/message-pieces.ts';

describe('MessagePieces', () => {
  it('gathers a message byte by byte, and begins anew behind it', () => {
    const pieces = new MessagePieces();
    for (const message of [Uint8Array.of(2, 0, 0, 3, 7, 8, 9), Uint8Array.of(14, 0, 0, 0)]) {
      message.forEach((byte, index) => {
        assert.deepEqual([pieces.length, pieces.isWhole], [index, false]);
        assert.equal(pieces.wanted, index < 4 ? 4 : message.length);
        pieces.add(Uint8Array.of(byte));
      });
      assert.ok(pieces.isWhole);
      assert.deepEqual(pieces.take(), message);
    }
  });

  it('copies what it is given', () => {
    const pieces = new MessagePieces();
    const part = Uint8Array.of(1, 0, 0, 0);
    pieces.add(part);
    part.fill(9);
    assert.deepEqual(pieces.take(), Uint8Array.of(1, 0, 0, 0));
  });
});
