import type { Authority } from '../address/authority.ts';
import { reasonRow } from '../events/reasons.ts';
import { fillText } from '../languages/text.ts';
import type { Verdict } from './verdict.ts';

/** A verdict on a destination in words: the rule that allows, or the sentence that refuses. */
export function verdictText(verdict: Verdict): string {
  return verdict.allow ? verdict.rule : fillText(reasonRow(verdict.reason).text, verdict.fields);
}

/** What would have to be configured for the destination to be allowed; null when it is. */
export function remedyFor(verdict: Verdict, target: Authority): string | null {
  if (verdict.allow) return null;
  return verdict.reason === 'port-not-allowed'
    ? `add ${target.port} to allowedPorts`
    : `add "${target.host.text}" to allowedHosts, or a preset that holds it`;
}
