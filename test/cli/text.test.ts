import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { TEXTS, text } from '../../src/cli/text.ts';
import { ACCESS_TEXTS } from '../../src/cli/texts/access.ts';
import { CHECK_TEXTS } from '../../src/cli/texts/check.ts';
import { CLIENT_TEXTS } from '../../src/cli/texts/client.ts';
import { EDIT_TEXTS } from '../../src/cli/texts/edit.ts';
import { GATEWAY_TEXTS } from '../../src/cli/texts/gateway.ts';
import { HELP_TEXTS } from '../../src/cli/texts/help.ts';
import { REFERENCE_TEXTS } from '../../src/cli/texts/reference.ts';
import { RELAY_TEXTS } from '../../src/cli/texts/relay.ts';
import { SERVICE_TEXTS } from '../../src/cli/texts/service.ts';
import { SETUP_TEXTS } from '../../src/cli/texts/setup.ts';
import { STATUS_TEXTS } from '../../src/cli/texts/status.ts';
import { UPGRADE_TEXTS } from '../../src/cli/texts/upgrade.ts';
import { packageFile } from '../../src/config/package-file.ts';

const SUBJECTS = [
  ...[ACCESS_TEXTS, CHECK_TEXTS, CLIENT_TEXTS, EDIT_TEXTS, GATEWAY_TEXTS, HELP_TEXTS],
  ...[REFERENCE_TEXTS, RELAY_TEXTS, SERVICE_TEXTS, SETUP_TEXTS, STATUS_TEXTS, UPGRADE_TEXTS],
];
const sources = readdirSync(packageFile('src/cli'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.startsWith('texts'))
  .map((path) => readFileSync(packageFile(`src/cli/${path}`), 'utf8'))
  .join('\n');

describe('sentences of commands', () => {
  it('have a key of one subject only', () => {
    const count = SUBJECTS.reduce((sum, texts) => sum + Object.keys(texts).length, 0);
    assert.equal(Object.keys(TEXTS).length, count);
    for (const key of Object.keys(TEXTS)) assert.match(key, /^[a-z]+\.[\w.-]+$/);
  });

  it('are all said somewhere', () => {
    const unsaid = Object.keys(TEXTS).filter((key) => !sources.includes(`'${key}'`) && !key.startsWith('edit.E'));
    assert.deepEqual(unsaid, []);
  });

  it('are filled; a gap shows', () => {
    assert.equal(text('host.added', { host: 'a', file: 'b' }), 'a is allowed now (b).');
    assert.equal(text('host.added', { host: 'a' }), 'a is allowed now (?).');
  });
});
