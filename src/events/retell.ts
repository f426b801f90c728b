import type { LanguageTag } from '../languages/tags.ts';
import type { EventId } from './catalogue.ts';
import { EVENTS } from './catalogue.ts';
import { messageOf } from './messages.ts';
import type { Fields } from './reasons.ts';
import type { SentenceKey } from './sentences.ts';
import { sentencesIn } from './sentences.ts';

/**
 * An event's line with its sentence in another language than that of the log: the line carries every value that the sentence
 * is made of, so it can be said again for whoever reads it.
 */

/** @returns the line as it was when it is none of ours, e.g. of another version */
export function retold(line: string, language: LanguageTag): string {
  const told = parsed(line);
  if (told === null) return line;
  const sentences = sentencesIn(language);
  const { event, reason = null } = told;
  const isKnown = reason === null || Object.hasOwn(sentences.texts, reason);
  if (!Object.hasOwn(EVENTS, event) || !isKnown) return line;
  // Nobody else has a field `reason` or `event`: those names are the writer's.
  const msg = messageOf(event as EventId, reason as Exclude<SentenceKey, TunnelText> | null, told, {}, sentences);
  return JSON.stringify({ ...told, msg });
}

type TunnelText = 'connect' | 'verified' | 'closed';
type Told = Fields & { readonly event: number; readonly reason?: string };

function parsed(line: string): Told | null {
  try {
    const value = JSON.parse(line) as Told | null;
    return typeof value === 'object' && value !== null && typeof value.event === 'number' ? value : null;
  } catch {
    return null;
  }
}
