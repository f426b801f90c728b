import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { COMMAND_BYTES, decodeCommand, encodeCommand } from '../../../perf/wire/command.ts';

describe('commands between client and origin', () => {
  it('come back as they were sent, in one record of application data', () => {
    const command = fc.record({
      kind: fc.constantFrom('echo', 'download', 'upload', 'acknowledge'),
      bytes: fc.integer({ min: 0, max: 2 ** 47 }),
      compare: fc.boolean(),
      wrongPieces: fc.integer({ min: 0, max: 2 ** 47 }),
    } as const);
    fc.assert(
      fc.property(command, (each) => {
        const message = encodeCommand(each);
        assert.equal(message.length, COMMAND_BYTES);
        assert.deepEqual([message[0], message.readUInt16BE(3)], [0x17, COMMAND_BYTES - 5]);
        assert.deepEqual(decodeCommand(message), { ...each });
      }),
    );
  });

  it('are refused when the head or the kind is another, or bytes are missing', () => {
    const message = encodeCommand({ kind: 'upload', bytes: 7, compare: false, wrongPieces: 0 });
    for (const at of [0, 1, 2, 3, 4, 5]) {
      const changed = Buffer.from(message);
      changed[at] = (changed[at] ?? 0) ^ 0x80;
      assert.equal(decodeCommand(changed), null, `byte ${at}`);
    }
    assert.equal(decodeCommand(message.subarray(0, -1)), null);
  });
});
