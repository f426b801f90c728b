import { NeedsToken, ask, follow, hasToken, rememberToken } from './ask.ts';
import { byId, make } from './dom.ts';
import { shareText } from './format.ts';
import type { LanguageTag } from '../languages/tags.ts';
import { LANGUAGE_NAMES } from '../languages/tags.ts';
import { search } from './search.ts';
import type { EventAnswer, HistoryAnswer, StatusAnswer, TunnelsAnswer } from './state.ts';
import type { Speech, TextKey } from './texts.ts';
import { chooseLanguage, speechOf } from './texts.ts';
import { eventItem, showHistory, showStatus, showTunnels } from './views.ts';

/** The status page: asks again and again while it is visible, and follows the refusals as they happen. */

const ASK_MS = 2_000;
const REFUSALS = 'event=104,105,106,402,403';
const LATEST = 12;
const LANGUAGE_KEY = 'oms-gateway-language';

let speech: Speech = speechOf('en', {});
const latest: EventAnswer[] = [];
let following = new AbortController();

async function speak(language: LanguageTag): Promise<void> {
  const table =
    language === 'en' ? {} : await ask<Record<string, unknown>>(`/texts/${language}.json`).catch(() => null);
  speech = speechOf(language, table ?? {});
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll<HTMLElement>('[data-text]')) {
    element.textContent = speech.texts[element.dataset['text'] as TextKey];
  }
  for (const element of document.querySelectorAll<HTMLInputElement>('[data-hint]')) {
    element.placeholder = speech.texts[element.dataset['hint'] as TextKey];
  }
  for (const element of document.querySelectorAll<HTMLElement>('[data-share]')) {
    element.textContent = shareText(Number(element.dataset['share']), language);
  }
}

function showLatest(): void {
  byId('latest').replaceChildren(...latest.map((event) => eventItem(event, speech)));
}

/** @returns false when a token is needed first */
async function look(): Promise<boolean> {
  try {
    const [status, tunnels, history] = await Promise.all([
      ask<StatusAnswer>('/status'),
      ask<TunnelsAnswer>('/tunnels?limit=1000&sort=rate'),
      ask<HistoryAnswer>('/history'),
    ]);
    byId('content').hidden = false;
    byId('unreachable').hidden = true;
    if (status !== null) showStatus(status, speech);
    if (tunnels !== null) showTunnels(tunnels, speech);
    if (history !== null) showHistory(history, speech);
  } catch (error) {
    if (error instanceof NeedsToken) {
      askForToken();
      return false;
    }
    byId('unreachable').hidden = false;
  }
  return true;
}

function askForToken(): void {
  byId('content').hidden = true;
  byId('token').hidden = false;
  byId('token-wrong').hidden = !hasToken();
  byId('token-value').focus();
}

/** Asks until a token is needed. A page that nobody looks at asks for nothing. */
async function keepLooking(): Promise<void> {
  while (await look()) {
    do await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    while (document.hidden);
  }
}

/** The refusals come in the language of the page: another language is another stream. */
async function keepFollowing(): Promise<void> {
  for (;;) {
    latest.length = 0;
    following = new AbortController();
    const { signal } = following;
    try {
      await follow(`/events?recent=${LATEST}&${REFUSALS}&language=${speech.language}`, signal, (text) => {
        const event = JSON.parse(text) as Partial<EventAnswer>;
        if (event.client === undefined) return;
        latest.unshift(event as EventAnswer);
        latest.length = Math.min(latest.length, LATEST);
        showLatest();
      });
    } catch (error) {
      if (error instanceof NeedsToken) return;
    }
    if (signal.aborted) continue;
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
}

function searchAgain(): void {
  void search((byId('search-text') as HTMLInputElement).value, speech).catch(() => undefined);
}

function begin(): void {
  byId('token').hidden = true;
  void keepLooking();
  void keepFollowing();
}

byId('token').addEventListener('submit', (event) => {
  event.preventDefault();
  rememberToken((byId('token-value') as HTMLInputElement).value);
  begin();
});
byId('search').addEventListener('submit', (event) => {
  event.preventDefault();
  searchAgain();
});
const choice = byId('language') as HTMLSelectElement;
for (const [tag, name] of Object.entries(LANGUAGE_NAMES)) {
  const option = make('option', '', name) as HTMLOptionElement;
  option.value = tag;
  option.lang = tag;
  choice.append(option);
}
choice.value = chooseLanguage([localStorage.getItem(LANGUAGE_KEY) ?? '', ...navigator.languages]);
choice.addEventListener('change', () => {
  localStorage.setItem(LANGUAGE_KEY, choice.value);
  void speak(chooseLanguage([choice.value])).then(() => {
    following.abort();
    if (!byId('found').hidden) searchAgain();
    return look();
  });
});
// A link may carry the question, e.g. /?q=www.test.com from a runbook.
const asked = new URLSearchParams(location.search).get('q') ?? '';
(byId('search-text') as HTMLInputElement).value = asked;
void speak(chooseLanguage([choice.value])).then(() => {
  begin();
  if (asked !== '') searchAgain();
});
