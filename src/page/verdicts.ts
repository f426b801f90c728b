import type { EventAnswer } from './state.ts';

/** What came of each request, newest first. No DOM, so that it can be tested. */

/** Somebody has asked: no verdict yet. It alone names the rule that allowed. */
const ASKED = 103;

/** Leaves out what is not about a client, and of a tunnel that has a verdict the request before it. @param events oldest first */
export function verdictsOf(events: readonly EventAnswer[]): EventAnswer[] {
  const rules = new Map<string, string>();
  const judged = new Set<string>();
  for (const { event, tunnel, rule } of events) {
    if (tunnel === undefined) continue;
    if (event !== ASKED) judged.add(tunnel);
    else if (rule !== undefined) rules.set(tunnel, rule);
  }
  return events
    .filter(({ client, event, tunnel }) => client !== undefined && !(event === ASKED && judged.has(tunnel ?? '')))
    .map((each) => withRule(each, rules.get(each.tunnel ?? '')))
    .reverse();
}

function withRule(event: EventAnswer, rule: string | undefined): EventAnswer {
  return rule === undefined ? event : { ...event, rule };
}
