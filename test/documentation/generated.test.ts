import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { jsonSchemaText } from '../../src/config/json-schema.ts';
import { packageFile } from '../../src/config/package-file.ts';
import { TRANSITIONS } from '../../src/tunnel/state.ts';
import { configurationPage } from '../support/configuration-page.ts';
import { eventsPage } from '../support/events-page.ts';
import { metricsPage } from '../support/metrics-page.ts';

describe('what is generated (npm run generate)', () => {
  for (const [file, expected] of [
    ['config/gateway.schema.json', jsonSchemaText()],
    ['docs/configuration.md', configurationPage()],
    ['docs/events.md', eventsPage()],
    ['docs/metrics.md', metricsPage()],
  ] as const) {
    it(`${file} is what the sources say now`, () => {
      assert.equal(readFileSync(packageFile(file), 'utf8'), expected);
    });
  }
});

describe('docs/states.md', () => {
  it('lists every state with the states that may follow it, and no other', () => {
    const page = readFileSync(packageFile('docs/states.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z-]+)`\s*\| (.*?)\s*\|/gm)];
    const told = Object.fromEntries(
      rows.map(([, state = '', after = '']) => [state, [...after.matchAll(/`([a-z-]+)`/g)].map((each) => each[1])]),
    );
    assert.deepEqual(told, TRANSITIONS);
  });
});
