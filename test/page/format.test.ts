import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LANGUAGES } from '../../src/languages/tags.ts';
import {
  bytesText,
  clockText,
  countText,
  durationText,
  rateText,
  secondsText,
  shareText,
} from '../../src/page/format.ts';

/** With blanks that break, so that they can be read here. */
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('numbers on the status page', () => {
  it('are short and carry their unit', () => {
    const bytes = [0, 999, 1000, 1234, 12_345, 123_456, 999_499, 999_500, 5e9, 1e18];
    assert.deepEqual(
      bytes.map((value) => plain(bytesText(value, 'en'))),
      ['0 B', '999 B', '1 kB', '1.23 kB', '12.3 kB', '123 kB', '999 kB', '1 MB', '5 GB', '1,000 PB'],
    );
    const seconds = [0, 0.00012, 0.0123, 0.9, 1, 12.34, 100, 3700];
    assert.deepEqual(
      seconds.map((value) => plain(secondsText(value, 'en'))),
      ['0 ms', '0.12 ms', '12 ms', '900 ms', '1 sec', '12.3 sec', '1 min 40 sec', '1 hr 1 min'],
    );
    assert.deepEqual(
      [0.4, 59, 3600, 90_061].map((value) => plain(durationText(value, 'en'))),
      ['0 sec', '59 sec', '1 hr', '1 day 1 hr'],
    );
  });

  it('are written as the language does', () => {
    assert.equal(countText(12_345, 'en'), '12,345');
    assert.equal(countText(12_345, 'de'), '12.345');
    assert.equal(plain(bytesText(1234, 'de')), '1,23 kB');
    assert.match(clockText('2026-01-02T03:04:05.678Z', 'de'), /^\d\d:\d\d:05$/);
  });

  it('have their units in the language, too, and stay on one line', () => {
    assert.equal(plain(bytesText(12, 'ru')), '12 Б');
    assert.equal(plain(rateText(12_300, 'ru')), '12,3 кБ/с');
    assert.equal(plain(bytesText(2e6, 'fr')), '2 Mo');
    assert.equal(plain(durationText(100, 'ru')), '1 мин 40 с');
    assert.equal(plain(secondsText(0.0123, 'ru')), '12 мс');
    assert.equal(plain(shareText(0.999, 'de')), '99,9 %');
    for (const language of LANGUAGES) {
      for (const text of [durationText(90_061, language), bytesText(1e9, language), secondsText(1.5, language)]) {
        assert.doesNotMatch(text, / /, language);
      }
    }
  });
});
