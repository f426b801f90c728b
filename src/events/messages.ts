import { translateProblem, translateSaid } from '../languages/said.ts';
import { fillText } from '../languages/text.ts';
import type { EventId } from './catalogue.ts';
import { EVENTS } from './catalogue.ts';
import type { Notice } from './notices.ts';
import type { Fields, Reason } from './reasons.ts';
import type { Sentences } from './sentences.ts';
import { ENGLISH_SENTENCES, detailIn } from './sentences.ts';

/** The sentence of each event: that of its reason or notice, else that of its number. */

const NOBODY: Fields = {};
/** Problems that fill a sentence, which is cut behind 2,048 characters: a list may have a hundred thousand. */
const SAID_LIMIT = 64;

/**
 * The message of an event.
 * @param subject whom the event is about; its fields fill gaps as those of the event do
 */
export function messageOf(
  event: EventId,
  reason: Reason | Notice | null,
  fields: Fields,
  subject: Fields = NOBODY,
  { texts, grammar, details, problems }: Sentences = ENGLISH_SENTENCES,
): string {
  if (reason === null) {
    const own = event === 103 ? texts.connect : event === 107 ? texts.verified : EVENTS[event].title;
    return fillText(own, fields, subject, NOBODY, grammar);
  }
  const spoken = details === null ? fields : withDetails(fields, details, problems);
  const sentence = fillText(texts[reason], spoken, subject, NOBODY, grammar);
  // Refusals for want of room are events 100 too; only the end of a tunnel has a duration.
  const isEnd = event === 100 && fields['durationMs'] !== undefined;
  return isEnd ? fillText(texts.closed, fields, subject, { why: withoutStop(sentence) }, grammar) : sentence;
}

/** The fields stay English in the event; only the sentence has them in the language of the log. */
function withDetails(fields: Fields, details: NonNullable<Sentences['details']>, said: Sentences['problems']): Fields {
  const { detail, why, problems } = fields;
  const known: Record<string, string> = {};
  if (typeof detail === 'string') known['detail'] = detailIn(details, detail);
  if (typeof why === 'string') known['why'] = translateSaid(said, why) ?? detailIn(details, why);
  if (typeof problems === 'object')
    return { ...fields, ...known, problems: problems.slice(0, SAID_LIMIT).map((each) => translateProblem(said, each)) };
  return { ...fields, ...known };
}

/** A sentence as a part of another: without its full stop, be it a Western or a Chinese or Japanese one. */
function withoutStop(sentence: string): string {
  return sentence.replace(/[.。]$/, '');
}
