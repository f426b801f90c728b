import { readConfigFile } from '../config/file.ts';
import { valueAtPath } from '../config/key-path.ts';
import type { LanguageTag } from '../languages/tags.ts';
import { LANGUAGES, environmentLanguage, languageOf } from '../languages/tags.ts';
import { configFile } from './sources.ts';
import { text } from './text.ts';

/**
 * In which language a command speaks. Asked before anything else, because the help is made of texts: so the words of the
 * command are only looked through here, and parsed later.
 */

export type ChosenLanguage =
  { readonly ok: true; readonly language: LanguageTag } | { readonly ok: false; readonly message: string };

/**
 * `--language`, else `log.language` as the environment or the file has it, else the locale of the environment. With
 * `--json` always English: programs read it.
 */
export function commandLanguage(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ChosenLanguage {
  const given = optionOf(words, '--language');
  const language = given === undefined || given === 'auto' ? null : languageOf(given.replaceAll('_', '-'));
  // What the setup is given is an answer, which it checks with the others.
  if (given !== undefined && given !== 'auto' && language === null && !words.includes('setup')) {
    return { ok: false, message: text('language.unknown', { given, languages: ['auto', ...LANGUAGES] }) };
  }
  if (words.includes('--json')) return { ok: true, language: 'en' };
  const configured = given === undefined ? configuredLanguage(words, environment) : null;
  return { ok: true, language: language ?? configured ?? environmentLanguage(environment) };
}

/** What is wrong with a configuration is for the command to say; here it only has no language. */
function configuredLanguage(
  words: readonly string[],
  { OMS_GATEWAY_LOG_LANGUAGE: variable }: Readonly<Record<string, string | undefined>>,
): LanguageTag | null {
  if (variable !== undefined) return tagOf(variable);
  // A gateway reads its configuration once; it has next to nothing to say outside its log.
  if (words[0] === 'start') return null;
  const read = readConfigFile(configFile({ config: optionOf(words, '--config') }));
  return read.ok ? tagOf(valueAtPath(read.tree, ['log', 'language'])) : null;
}

function tagOf(value: unknown): LanguageTag | null {
  return LANGUAGES.find((tag) => tag === value) ?? null;
}

/** The value of an option, wherever it stands before `--`; the last one counts. */
function optionOf(words: readonly string[], name: string): string | undefined {
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  const inline = own.findLast((word) => word.startsWith(`${name}=`));
  const at = own.lastIndexOf(name);
  return inline?.slice(name.length + 1) ?? (at < 0 ? undefined : own[at + 1]);
}
