import { z } from 'zod';
import { checked, key, oneOf } from './parts.ts';

/** `log`: what is written where, and in which language. */

/** BCP 47 tags of the languages the reference speaks. */
export const LANGUAGES = [
  ...(['en', 'zh-Hans', 'zh-Hant', 'cs', 'nl', 'fr', 'de', 'hu'] as const),
  ...(['it', 'ja', 'ko', 'pl', 'pt-BR', 'pt-PT', 'ru', 'es'] as const),
] as const;

export const log = z.strictObject({
  level: oneOf(['debug', 'info', 'warn', 'error'], 'info', 'Lowest level of events that are written.'),
  file: key(
    checked((text) => {
      return /\p{Cc}/u.test(text) ? 'has a control character in it; write \\\\ for a backslash' : null;
    }).default(''),
    'a file name',
    'a file name, or "" for standard output',
    'File the events are appended to; "" is standard output.',
  ),
  language: oneOf(
    LANGUAGES,
    'en',
    'Language of the sentences in events. This version writes English whatever it says.',
  ),
});
