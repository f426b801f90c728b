import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LANGUAGES, environmentLanguage, languageOf } from '../../src/languages/tags.ts';

describe('languages', () => {
  it('are the sixteen of the reference, each known by its tag in either case', () => {
    assert.equal(LANGUAGES.length, 16);
    for (const tag of LANGUAGES) assert.deepEqual([languageOf(tag), languageOf(tag.toUpperCase())], [tag, tag]);
  });

  it('are known by tags with a region', () => {
    for (const [given, meant] of [
      ['de-AT', 'de'],
      ['zh', 'zh-Hans'],
      ['zh-SG', 'zh-Hans'],
      ['zh-TW', 'zh-Hant'],
      ['zh-Hant-HK', 'zh-Hant'],
      ['pt', 'pt-PT'],
      ['pt-BR', 'pt-BR'],
      ['xx', null],
      ['', null],
      ['deu', null],
    ] as const) {
      assert.equal(languageOf(given), meant, given);
    }
  });

  it('of an environment are those of its locale for messages', () => {
    for (const [environment, meant] of [
      [{ LANG: 'ja_JP.UTF-8' }, 'ja'],
      [{ LANG: 'ja_JP.UTF-8', LC_MESSAGES: 'ko_KR' }, 'ko'],
      [{ LANG: 'ja_JP.UTF-8', LC_MESSAGES: 'ko_KR', LC_ALL: 'ru_RU.KOI8-R' }, 'ru'],
      [{ LANG: 'ja_JP.UTF-8', LC_ALL: '' }, 'ja'],
      [{ LC_ALL: 'C', LANG: 'ja_JP.UTF-8' }, 'en'],
      [{ LANG: 'C.UTF-8' }, 'en'],
      [{ LANG: 'POSIX' }, 'en'],
      [{ LANG: 'zh_TW.UTF-8' }, 'zh-Hant'],
      [{ LANG: 'zh_CN.GB18030' }, 'zh-Hans'],
      [{ LANG: 'pt_BR' }, 'pt-BR'],
      [{ LANG: 'de_AT@euro' }, 'de'],
      [{}, 'en'],
    ] as const) {
      assert.equal(environmentLanguage(environment), meant, JSON.stringify(environment));
    }
  });
});
