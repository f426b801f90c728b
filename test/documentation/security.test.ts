import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { KEYS } from '../../src/config/keys.ts';
import { packageFile } from '../../src/config/package-file.ts';

const page = readFileSync(packageFile('docs/security.md'), 'utf8');
const quoted = [...page.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

describe('docs/security.md', () => {
  it('names tests that exist', () => {
    const tests = quoted.filter((text) => /^test\/.*\.ts$/.test(text));
    assert.ok(tests.length > 20, `${tests.length} tests named`);
    assert.deepEqual(
      tests.filter((file) => !existsSync(packageFile(file))),
      [],
    );
  });

  it('names keys that exist', () => {
    const sections = new Set(KEYS.flatMap(({ path }) => (path.length > 1 ? [path[0] ?? ''] : [])));
    const keys = quoted
      .map((text) => text.replace(/:.*/s, ''))
      .filter((text) => /^[a-zA-Z]+\.[a-zA-Z]+$/.test(text) && sections.has(text.split('.')[0] ?? ''));
    assert.ok(keys.length > 8, `${keys.length} keys named`);
    const known = KEYS.map(({ path }) => path.join('.'));
    assert.deepEqual(
      keys.filter((name) => !known.includes(name)),
      [],
    );
  });

  it('tells for every attack which test shows what stops it', () => {
    const chapter = page.slice(page.indexOf('## Attacks'), page.indexOf('## What it cannot do'));
    const attacks = chapter.split(/^### /m).slice(1);
    assert.ok(attacks.length >= 12);
    const untested = attacks
      .filter((text) => !/`test\/[^`]+\.ts`|npm run fuzz/.test(text))
      .map((text) => text.split('\n')[0]);
    assert.deepEqual(untested, ['Renegotiation'], 'renegotiation cannot be seen, and the page says so');
  });
});
