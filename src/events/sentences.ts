import type { LanguageChoice, LanguageTag } from '../languages/tags.ts';
import type { SaidTable } from '../languages/said.ts';
import type { Grammar } from '../languages/text.ts';
import { ENGLISH, grammarOf } from '../languages/text.ts';
import { chosenLanguage, translationOf } from '../languages/translation.ts';
import type { Notice } from './notices.ts';
import { NOTICES, TUNNEL_TEXTS } from './notices.ts';
import type { Reason } from './reasons.ts';
import { REASONS } from './reasons.ts';

/** The sentences of all events in one language: made once for a language, asked once for an event. */

export type SentenceKey = Reason | Notice | keyof typeof TUNNEL_TEXTS;

export interface Sentences {
  readonly texts: Readonly<Record<SentenceKey, string>>;
  readonly grammar: Grammar;
  /** Half sentences for the field `detail` by their English text; null where nothing is translated. */
  readonly details: Readonly<Record<string, string>> | null;
  /** What the field `problems` is made of, see `translateSaid`. */
  readonly problems: SaidTable;
}

/** English, the source: what other languages translate, and what stands in for what they lack. */
export const ENGLISH_TEXTS = {
  ...textsOf(REASONS),
  ...textsOf(NOTICES),
  ...TUNNEL_TEXTS,
} as Readonly<Record<SentenceKey, string>>;

export const ENGLISH_SENTENCES: Sentences = { texts: ENGLISH_TEXTS, grammar: ENGLISH, details: null, problems: {} };

const made = new Map<LanguageTag, Sentences>([['en', ENGLISH_SENTENCES]]);

/** @param choice what `log.language` says; "auto" is the language of this process's environment */
export function sentencesIn(choice: LanguageChoice): Sentences {
  const language = chosenLanguage(choice);
  let sentences = made.get(language);
  if (sentences === undefined) made.set(language, (sentences = translated(language)));
  return sentences;
}

/** Half a sentence in another language; one that begins with what it is about ("127.0.0.1: …") keeps that. */
export function detailIn(details: NonNullable<Sentences['details']>, detail: string): string {
  if (Object.hasOwn(details, detail)) return details[detail] ?? detail;
  const at = detail.lastIndexOf(': ') + 2;
  const rest = detail.slice(at);
  return at > 1 && Object.hasOwn(details, rest) ? detail.slice(0, at) + (details[rest] ?? rest) : detail;
}

function translated(language: LanguageTag): Sentences {
  const { events, details, configuration } = translationOf(language);
  return { texts: { ...ENGLISH_TEXTS, ...events }, grammar: grammarOf(language), details, problems: configuration };
}

function textsOf(rows: Readonly<Record<string, { readonly text: string }>>): Record<string, string> {
  return Object.fromEntries(Object.entries(rows).map(([key, { text }]) => [key, text]));
}
