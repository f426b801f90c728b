import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { TEXTS } from '../../src/cli/text.ts';
import { KEYS } from '../../src/config/keys.ts';
import { packageFile } from '../../src/config/package-file.ts';
import { PROBLEM_TEXTS } from '../../src/config/problem-texts.ts';
import { DETAILS } from '../../src/events/details.ts';
import { ENGLISH_TEXTS } from '../../src/events/sentences.ts';
import type { LanguageTag } from '../../src/languages/tags.ts';
import { LANGUAGES } from '../../src/languages/tags.ts';
import type { Parts } from '../../src/languages/text.ts';
import { parseText } from '../../src/languages/text.ts';
import { TEXTS as PAGE_TEXTS } from '../../src/page/texts.ts';

type Table = Readonly<Record<string, string>>;

/** English: what every translation has to have. */
const SOURCE = {
  commands: TEXTS,
  events: ENGLISH_TEXTS,
  details: Object.fromEntries(DETAILS.map((detail) => [detail, detail])),
  configuration: Object.fromEntries(
    [...PROBLEM_TEXTS, ...KEYS.map(({ meta }) => meta.description)].map((each) => [each, each]),
  ),
  page: PAGE_TEXTS,
} as const satisfies Record<string, Table>;
const SUBJECTS = ['commands', 'events', 'details', 'configuration', 'page'] as const;
const OTHERS = LANGUAGES.filter((language) => language !== 'en');
/** A command, an option, a configuration key, a variable or a word of a standard: the same in every language. */
const FIXED =
  /(?<![\w-])(?:--[a-z-]+[a-z]|oms-gateway(?: (?:restart|start|config|preset)\b)?|OMS_[A-Z_]+|[A-Z_]+=|SIG[A-Z]\w+|E[A-Z]{4,}|CONNECT|PROXY\b|ClientHello|TLS|SNI|HTTP|(?:admin|timeouts|limits|tls|listen|addressGuard)\.[a-z]\w+|allowed(?:Hosts|Ports))/g;

interface Gaps {
  /** Names of the values that are shown. */
  readonly shown: Set<string>;
  readonly choices: Map<string, 'plural' | 'select'>;
  readonly plurals: string[][];
}

function gapsOf(parts: Parts, gaps: Gaps = { shown: new Set(), choices: new Map(), plurals: [] }): Gaps {
  for (const gap of parts.filter((_, index) => index % 2 === 1)) {
    if (typeof gap === 'string') gaps.shown.add(gap);
    else {
      gaps.choices.set(gap.name, gap.kind);
      if (gap.kind === 'plural') gaps.plurals.push([...gap.branches.keys()].sort());
      else assert.ok(gap.branches.has('other'), `select of ${gap.name} has no "other"`);
      for (const branch of gap.branches.values()) gapsOf(branch, gaps);
    }
  }
  return gaps;
}

function tablesOf(language: LanguageTag): Readonly<Record<(typeof SUBJECTS)[number], Table>> {
  const read = (path: string): unknown => JSON.parse(readFileSync(packageFile(path), 'utf8'));
  return {
    ...(read(`config/languages/${language}.json`) as Record<Exclude<(typeof SUBJECTS)[number], 'page'>, Table>),
    page: read(`config/page/texts/${language}.json`) as Table,
  };
}

/** Calls back for every text of a translation, with the English one. */
function eachText(language: LanguageTag, check: (own: string, english: string, where: string) => void): void {
  const tables = tablesOf(language);
  for (const subject of SUBJECTS) {
    const source: Table = SOURCE[subject];
    for (const [key, own] of Object.entries(tables[subject])) {
      check(own, source[key] ?? '', `${language} ${subject} ${key}: ${own}`);
    }
  }
}

describe('translations', () => {
  it('are there for every language, and for no other', () => {
    const files = OTHERS.map((language) => `${language}.json`).sort();
    assert.deepEqual(readdirSync(packageFile('config/languages')).sort(), files);
    assert.deepEqual(readdirSync(packageFile('config/page/texts')).sort(), files);
  });

  for (const language of OTHERS) {
    it(`have every text and no other, in the order of the source: ${language}`, () => {
      const tables = tablesOf(language);
      assert.deepEqual(Object.keys(tables), [...SUBJECTS]);
      for (const subject of SUBJECTS) {
        assert.deepEqual(Object.keys(tables[subject]).sort(), Object.keys(SOURCE[subject]).sort(), subject);
      }
    });

    it(`show the same values, and count as the language does: ${language}`, () => {
      const categories = [...new Intl.PluralRules(language).resolvedOptions().pluralCategories].sort();
      eachText(language, (own, english, where) => {
        const [mine, theirs] = [gapsOf(parseText(own)), gapsOf(parseText(english))];
        // An English noun would not fit the grammar of another language.
        theirs.shown.delete('noun');
        assert.deepEqual([...mine.shown].sort(), [...theirs.shown].sort(), where);
        for (const [name, kind] of mine.choices) {
          const known = theirs.choices.get(name) === kind || (kind === 'select' && theirs.shown.has(name));
          assert.ok(known, `${where}: ${kind} of ${name}`);
        }
        for (const branches of mine.plurals) assert.deepEqual(branches, categories, where);
        // A choice that cannot be read would be shown as it is written.
        for (const [index, part] of parseText(own).entries()) {
          const isLiteral = index % 2 === 0 && typeof part === 'string';
          if (isLiteral && !/\{ /.test(english)) assert.doesNotMatch(part, /[{}]/, where);
        }
      });
    });

    it(`keep what is typed or looked up elsewhere: ${language}`, () => {
      eachText(language, (own, english, where) => {
        for (const [word] of english.matchAll(FIXED)) {
          assert.ok(own.includes(word), `${where}: ${word} is missing`);
        }
        assert.equal(own.trim() === own, english.trim() === english, `${where}: blanks around`);
        assert.equal(own === '', english === '', where);
      });
    });
  }
});
