import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesText, clockText, countText, durationText, secondsText } from '../../src/page/format.ts';

describe('numbers on the status page', () => {
  it('are short and carry their unit', () => {
    const bytes = [0, 999, 1000, 1234, 12_345, 123_456, 999_499, 999_500, 5e9, 1e18];
    assert.deepEqual(
      bytes.map((value) => bytesText(value, 'en')),
      ['0 B', '999 B', '1 kB', '1.23 kB', '12.3 kB', '123 kB', '999 kB', '1 MB', '5 GB', '1,000 PB'],
    );
    const seconds = [0, 0.00012, 0.0123, 0.9, 1, 12.34, 100, 3700];
    assert.deepEqual(
      seconds.map((value) => secondsText(value, 'en')),
      ['0 ms', '0.12 ms', '12 ms', '900 ms', '1 s', '12.3 s', '1 min 40 s', '1 h 1 min'],
    );
    assert.deepEqual([0.4, 59, 3600, 90_061].map(durationText), ['0 s', '59 s', '1 h', '1 d 1 h']);
  });

  it('are written as the language does', () => {
    assert.equal(countText(12_345, 'en'), '12,345');
    assert.equal(countText(12_345, 'de'), '12.345');
    assert.equal(bytesText(1234, 'de'), '1,23 kB');
    assert.match(clockText('2026-01-02T03:04:05.678Z', 'de'), /^\d\d:\d\d:05$/);
  });
});
