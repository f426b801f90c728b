import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commandLanguage } from '../../src/cli/language.ts';
import { LANGUAGES } from '../../src/languages/tags.ts';
import { cliWith } from '../support/cli.ts';

const JAPANESE = { LANG: 'ja_JP.UTF-8' };

describe('language of a command', () => {
  const { file } = cliWith({ log: { language: 'cs' } });
  const words = (...more: string[]): string[] => ['status', '--config', file, ...more];

  it('is that of --language, else of the variable, else of the file, else of the locale', () => {
    const variable = { OMS_GATEWAY_LOG_LANGUAGE: 'ko', ...JAPANESE };
    for (const [given, environment, language] of [
      [words('--language', 'ru'), variable, 'ru'],
      [['--language=zh_TW', ...words()], variable, 'zh-Hant'],
      [words(), variable, 'ko'],
      [words(), { ...variable, OMS_GATEWAY_LOG_LANGUAGE: 'auto' }, 'ja'],
      [words(), JAPANESE, 'cs'],
      [words('--language', 'auto'), JAPANESE, 'ja'],
      [['status', '--config', '/nowhere.json'], JAPANESE, 'ja'],
      [words('--language', 'ru', '--json'), JAPANESE, 'en'],
      [['start', '--config', file], JAPANESE, 'ja'],
    ] as const) {
      assert.deepEqual(commandLanguage(given, environment), { ok: true, language }, given.join(' '));
    }
  });

  it('is refused where it is unknown, with those there are', () => {
    const chosen = commandLanguage(words('--language', 'xx'), {});
    assert.ok(!chosen.ok);
    for (const tag of LANGUAGES) assert.ok(chosen.message.includes(tag), tag);
  });
});

/** One of each script and grammar; that every language has all texts, other tests see. */
const SPOKEN = ['en', 'zh-Hant', 'de', 'ja', 'ru', 'pt-BR'];

describe('commands in several languages', () => {
  it('say what they did, and in their help what they do', async () => {
    const cli = cliWith({ allowedHosts: ['a.test'] });
    const said = new Map<string, string>();
    for (const language of SPOKEN) {
      const { code, out } = await cli.run(['--language', language, 'allowed-host', 'add', 'a.test']);
      assert.equal(code, 0, language);
      assert.match(out, /a\.test/, language);
      const help = await cli.run(['check', '--help', '--language', language]);
      assert.equal(help.code, 0, language);
      said.set(out + help.out.slice(0, 200), language);
    }
    assert.equal(said.size, SPOKEN.length, 'no two are the same');
  });
});
