import { ask } from './ask.ts';
import { byId } from './dom.ts';
import type { EventAnswer } from './state.ts';
import type { Speech } from './texts.ts';
import { say } from './texts.ts';
import { verdictsOf } from './verdicts.ts';
import { eventItem } from './views.ts';

/** "Why was my agent refused?": what the rules say now of a host, and the latest verdicts on a host or client. */

interface Verdict {
  readonly destination: string;
  readonly allowed: boolean;
  readonly rule: string;
  readonly remedy: string | null;
}

/** A request and what came of it are three events. */
const EVENTS = 90;
const SHOWN = 30;

export async function search(text: string, speech: Speech): Promise<void> {
  const wanted = text.trim();
  byId('found').hidden = wanted === '';
  if (wanted === '') return;
  const { language } = speech;
  const query = new URLSearchParams({ follow: 'false', recent: String(EVENTS), text: wanted, language });
  const [verdict, answer] = await Promise.all([
    // An address is a client as well as a destination; the rules are shown for what looks like a host name.
    looksLikeClient(wanted)
      ? null
      : ask<Verdict>(`/check?${new URLSearchParams({ destination: wanted, language }).toString()}`),
    ask<{ events: EventAnswer[] }>(`/events?${query.toString()}`),
  ]);
  showVerdict(verdict, speech);
  const events = verdictsOf(answer?.events ?? []).slice(0, SHOWN);
  byId('found-events').hidden = events.length === 0;
  byId('found-list').replaceChildren(...events.map((event) => eventItem(event, speech)));
  byId('found-nothing').hidden = events.length > 0;
  byId('found-nothing').textContent = say(speech, 'nothingFound', { text: wanted });
}

function showVerdict(verdict: Verdict | null, speech: Speech): void {
  byId('found-rules').hidden = verdict === null;
  if (verdict === null) return;
  const { destination, allowed, rule, remedy } = verdict;
  byId('found-rules').className = allowed ? 'verdict good' : 'verdict';
  byId('found-rule').textContent = allowed ? say(speech, 'allowedBy', { destination, rule }) : rule;
  byId('found-remedy').textContent = remedy === null ? '' : say(speech, 'remedy', { remedy });
}

function looksLikeClient(text: string): boolean {
  return /^[\d.]+(?::\d+)?$|^\[?[0-9a-f:]*:[0-9a-f:.]*\]?(?::\d+)?$/i.test(text);
}
