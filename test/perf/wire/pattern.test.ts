import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PATTERN_BYTES, fitsPattern, patternBytes, patternPiece } from '../../../perf/wire/pattern.ts';

describe('bulk pattern', () => {
  it('consists of whole records that differ from each other', () => {
    const records = Array.from({ length: 64 }, (_, index) =>
      patternBytes().subarray(index * 16_384, (index + 1) * 16_384),
    );
    for (const record of records) assert.equal(record.readUInt16BE(3), 16_384 - 5);
    assert.equal(new Set(records.map((record) => record.toString('latin1'))).size, records.length);
  });

  it('is recognised at any position, also across its end, and a single wrong byte is seen', () => {
    for (const at of [0, 1, 16_384, PATTERN_BYTES - 3, 3 * PATTERN_BYTES + 5]) {
      const bytes = Buffer.concat([patternPiece(at, 10), patternPiece(at + patternPiece(at, 10).length, 10)]);
      const padded = Buffer.concat([Buffer.from('..'), bytes]);
      assert.ok(fitsPattern(padded, 2, bytes.length, at), `at ${at}`);
      assert.ok(!fitsPattern(padded, 2, bytes.length, at + 1), `at ${at}, shifted`);
      padded[padded.length - 1] = (padded[padded.length - 1] ?? 0) ^ 1;
      assert.ok(!fitsPattern(padded, 2, bytes.length, at), `at ${at}, changed`);
    }
  });

  it('is never given beyond what is left', () => {
    assert.equal(patternPiece(0, 100).length, 100);
    assert.equal(patternPiece(PATTERN_BYTES - 1, 100).length, 1);
  });
});
