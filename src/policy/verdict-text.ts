import type { Authority } from '../address/authority.ts';
import { reasonRow } from '../events/reasons.ts';
import { messageOf } from '../events/messages.ts';
import { sentencesIn } from '../events/sentences.ts';
import type { LanguageTag } from '../languages/tags.ts';
import { fillText } from '../languages/text.ts';
import { translationOf } from '../languages/translation.ts';
import type { Verdict } from './verdict.ts';

/** A verdict on a destination in words: the rule that allows, or the sentence that refuses. */
export function verdictText(verdict: Verdict, language: LanguageTag = 'en'): string {
  if (verdict.allow) return verdict.rule;
  const { reason, fields } = verdict;
  return messageOf(reasonRow(reason).event, reason, fields, {}, sentencesIn(language));
}

/** Translated with the sentences of commands, which say the same: `check` in src/cli. */
const REMEDIES = {
  'check.remedy-port': 'add {port} to allowedPorts',
  'check.remedy-host': 'add "{host}" to allowedHosts, or a preset that holds it',
} as const;

/** What would have to be configured for the destination to be allowed; null when it is. */
export function remedyFor(verdict: Verdict, { host, port }: Authority, language: LanguageTag = 'en'): string | null {
  if (verdict.allow) return null;
  const key = verdict.reason === 'port-not-allowed' ? 'check.remedy-port' : 'check.remedy-host';
  const { commands } = translationOf(language);
  return fillText(commands[key] ?? REMEDIES[key], { host: host.text, port });
}
