import type { Problem } from '../config/problems.ts';
import { problemText as englishProblem } from '../config/problems.ts';
import type { KeyMeta } from '../config/schema.ts';
import type { Reason } from '../events/reasons.ts';
import type { Sentences } from '../events/sentences.ts';
import { ENGLISH_SENTENCES, detailIn, sentencesIn } from '../events/sentences.ts';
import { translateProblem } from '../languages/said.ts';
import type { LanguageTag } from '../languages/tags.ts';
import type { Values } from '../languages/text.ts';
import { fillText } from '../languages/text.ts';
import { translationOf } from '../languages/translation.ts';
import { ACCESS_TEXTS } from './texts/access.ts';
import { CLIENT_TEXTS } from './texts/client.ts';
import { CHECK_TEXTS } from './texts/check.ts';
import { EDIT_TEXTS } from './texts/edit.ts';
import { GATEWAY_TEXTS } from './texts/gateway.ts';
import { HELP_TEXTS } from './texts/help.ts';
import { REFERENCE_TEXTS } from './texts/reference.ts';
import { RELAY_TEXTS } from './texts/relay.ts';
import { SERVICE_TEXTS } from './texts/service.ts';
import { SETUP_TEXTS } from './texts/setup.ts';
import { UPGRADE_TEXTS } from './texts/upgrade.ts';
import { STATUS_TEXTS } from './texts/status.ts';

/** Every sentence that commands say, by its key; English is the source. One file for each subject stands in `texts/`. */
export const TEXTS = {
  ...ACCESS_TEXTS,
  ...CLIENT_TEXTS,
  ...CHECK_TEXTS,
  ...EDIT_TEXTS,
  ...GATEWAY_TEXTS,
  ...HELP_TEXTS,
  ...REFERENCE_TEXTS,
  ...RELAY_TEXTS,
  ...SERVICE_TEXTS,
  ...SETUP_TEXTS,
  ...UPGRADE_TEXTS,
  ...STATUS_TEXTS,
} as const;

export type TextKey = keyof typeof TEXTS;

let texts: Readonly<Record<TextKey, string>> = TEXTS;
let sentences: Sentences = ENGLISH_SENTENCES;

/** What this command says from now on is said in this language. English is spoken until then. */
export function speak(language: LanguageTag): void {
  texts = { ...TEXTS, ...translationOf(language).commands };
  sentences = sentencesIn(language);
}

/** The sentence of a key with its gaps filled. */
export function text(key: TextKey, fields: Values = {}): string {
  return fillText(texts[key], fields, {}, {}, sentences.grammar);
}

/** The sentence that refuses for a reason, as the log would have it. */
export function reasonText(reason: Reason, fields: Values): string {
  const { detail } = fields;
  const spoken = typeof detail === 'string' ? { ...fields, detail: detailText(detail) } : fields;
  return fillText(sentences.texts[reason], spoken, {}, {}, sentences.grammar);
}

/** What is wrong with a configuration, as one line: "path: message". */
export function problemText(problem: Problem): string {
  return translateProblem(sentences.problems, englishProblem(problem));
}

/** What a key is for. */
export function descriptionText({ description }: KeyMeta): string {
  return sentences.problems[description] ?? description;
}

/** Half a sentence that was found in English, e.g. what an errno means; itself where there is no translation of it. */
export function detailText(detail: string): string {
  const { details } = sentences;
  return details === null ? detail : detailIn(details, detail);
}
