import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { packageFile } from '../../src/config/package-file.ts';
import { TEXTS, chooseLanguage, say, speechOf, translated } from '../../src/page/texts.ts';

const page = readFileSync(packageFile('config/page/index.html'), 'utf8');

describe('texts of the status page', () => {
  it('are there for everything the page names, and none is left over', () => {
    const inPage = [...page.matchAll(/data-(?:text|hint)="(\w+)"/g)].map(([, key = '']) => key);
    for (const key of inPage) assert.ok(Object.hasOwn(TEXTS, key), key);
    const views = ['views', 'main', 'search'].map((name) => readFileSync(packageFile(`src/page/${name}.ts`), 'utf8'));
    const states = ['running', 'starting', 'draining'];
    const used = (key: string): boolean =>
      inPage.includes(key) ||
      states.includes(key) ||
      views.some((text) =>
        [`texts.${key}`, `, '${key}', `, `'${key}' :`, `: '${key}'`, `return '${key}'`].some((way) =>
          text.includes(way),
        ),
      );
    assert.deepEqual(
      Object.keys(TEXTS).filter((key) => !used(key)),
      [],
    );
  });

  it('are taken from a translation as far as it goes, and only those', () => {
    const texts = translated({ search: 'Suchen', unknown: 'x', title: 5 });
    assert.equal(texts.search, 'Suchen');
    assert.equal(texts.title, TEXTS.title);
    assert.equal(Object.hasOwn(texts, 'unknown'), false);
  });

  it('are chosen by what the browser wants', () => {
    for (const [wanted, chosen] of [
      [['de-AT', 'en'], 'de'],
      [['xx', 'fr'], 'fr'],
      [['zh-TW'], 'zh-Hant'],
      [['zh'], 'zh-Hans'],
      [['zh-Hant-HK'], 'zh-Hant'],
      [['pt'], 'pt-PT'],
      [['pt-BR'], 'pt-BR'],
      [['xx'], 'en'],
      [[], 'en'],
    ] as const) {
      assert.equal(chooseLanguage(wanted), chosen, wanted.join());
    }
  });

  it('are filled, with plural forms and numbers of the language', () => {
    const dropped = '{count, plural, one {# Ereignis} other {# Ereignisse}}';
    const german = speechOf('de', { dropped });
    assert.equal(say(german, 'dropped', { count: 1 }), '1 Ereignis');
    assert.equal(say(german, 'dropped', { count: 12_345 }), '12.345 Ereignisse');
    assert.equal(say(speechOf('en', {}), 'up', {}), 'up ?');
  });
});
