/** The languages of the reference gateway, and which of them a tag or a locale means. No `node:` import: the page uses it, too. */

/** By BCP 47 tag, each in its own name. */
export const LANGUAGE_NAMES = {
  en: 'English',
  'zh-Hans': '简体中文',
  'zh-Hant': '繁體中文',
  cs: 'Čeština',
  nl: 'Nederlands',
  fr: 'Français',
  de: 'Deutsch',
  hu: 'Magyar',
  it: 'Italiano',
  ja: '日本語',
  ko: '한국어',
  pl: 'Polski',
  'pt-BR': 'Português (Brasil)',
  'pt-PT': 'Português (Portugal)',
  ru: 'Русский',
  es: 'Español',
} as const;

export type LanguageTag = keyof typeof LANGUAGE_NAMES;
/** What a configuration may say: a language, or "auto" for that of the environment. */
export type LanguageChoice = LanguageTag | 'auto';

export const LANGUAGES = Object.keys(LANGUAGE_NAMES) as readonly LanguageTag[];

/** Subtags (RFC 5646) that mean traditional characters. */
const TRADITIONAL = ['hant', 'tw', 'hk', 'mo'];

/**
 * The language that a tag means, in either case and with regions we have no text of their own for: "de-AT" is "de",
 * "zh-TW" is "zh-Hant", "pt" is European, "zh" simplified. Null when it is none of ours.
 */
export function languageOf(tag: string): LanguageTag | null {
  const wanted = tag.toLowerCase();
  const exact = LANGUAGES.find((each) => each.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  const [language = '', ...rest] = wanted.split('-');
  if (language === 'zh') return rest.some((part) => TRADITIONAL.includes(part)) ? 'zh-Hant' : 'zh-Hans';
  if (language === 'pt') return rest.includes('br') ? 'pt-BR' : 'pt-PT';
  return LANGUAGES.find((each) => each === language) ?? null;
}

/**
 * The language of an environment by its locale for messages (POSIX, XBD 8.2): the first of LC_ALL, LC_MESSAGES and LANG
 * that is set decides, e.g. "zh_TW.UTF-8" or "de_AT@euro". English for "C", for what is unknown, and for none.
 */
export function environmentLanguage(environment: Readonly<Record<string, string | undefined>>): LanguageTag {
  const values = ['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => environment[name] ?? '');
  const locale = values.find((value) => value !== '') ?? '';
  return languageOf((/^[^.@]*/.exec(locale)?.[0] ?? '').replaceAll('_', '-')) ?? 'en';
}
