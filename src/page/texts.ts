import type { LanguageTag } from '../languages/tags.ts';
import { languageOf } from '../languages/tags.ts';
import type { Grammar, Values } from '../languages/text.ts';
import { fillText, grammarOf } from '../languages/text.ts';

/**
 * Every text of the status page, in English. Other languages stand in config/page/texts, one file a language with the
 * same keys; a key that is missing there is shown in English. Gaps are those of src/languages/text.ts.
 */
export const TEXTS = {
  title: 'OMS Gateway',
  language: 'Language',
  running: 'running',
  starting: 'starting',
  draining: 'draining',
  notReady: 'not ready',
  unreachable: 'The gateway does not answer.',
  up: 'up {duration}',
  searchTitle: 'Why was my agent refused?',
  searchHint: 'Host or client, e.g. www.test.com or 10.0.0.7',
  search: 'Search',
  rulesNow: 'The rules now',
  allowedBy: '{destination} is allowed by {rule}.',
  remedy: 'To allow it: {remedy}.',
  lastVerdicts: 'Latest verdicts',
  nothingFound: 'Nothing is known of “{text}” in the latest events.',
  activeClientConnections: 'Active Client Connection',
  connectedClients: 'Connected Client',
  errorCount: 'Error Count',
  rejectionCount: 'Rejection Count',
  throughput: 'Throughput',
  upwards: 'to destinations',
  downwards: 'to clients',
  lastMinutes: 'last {minutes, plural, one {# minute} other {# minutes}}',
  now: 'now',
  refusals: 'Refusals and network errors',
  byReason: 'By reason, since the start',
  noRefusals: 'Nothing has been refused.',
  client: 'Client',
  destination: 'Destination',
  topClients: 'Top clients',
  topDestinations: 'Top destinations',
  tunnelsCount: 'Tunnels',
  rate: 'Rate',
  bytes: 'Bytes',
  noTunnels: 'No tunnel is open.',
  tunnels: 'Tunnels',
  openNow: '{count} open now',
  state: 'State',
  stateConnecting: 'connecting',
  stateHandshake: 'handshake',
  stateOpen: 'open',
  stateEnding: 'ending',
  tls: 'TLS',
  age: 'Age',
  latency: 'Latency',
  latencyWindow: 'last five minutes',
  dial: 'Connecting destinations',
  setUp: 'Until the handshake is verified',
  nameResolution: 'Name resolution',
  tunnelDuration: 'Life of a tunnel',
  median: 'median',
  workers: 'Workers',
  process: 'Process',
  memory: 'Memory',
  descriptors: 'Descriptors',
  stall: 'Longest stall',
  allowed: 'What is allowed',
  ports: 'Ports: {ports}',
  nothingAllowed: 'Nothing is allowed yet: every request is refused.',
  tokenTitle: 'This gateway asks for a token',
  tokenHint: 'The value of admin.token',
  tokenWrong: 'That is not the token.',
  open: 'Open',
  dropped: '{count, plural, one {# event} other {# events}} could not be written to the log in time.',
} as const;

export type TextKey = keyof typeof TEXTS;
export type Texts = Readonly<Record<TextKey, string>>;

/** A language as the page speaks it. */
export interface Speech {
  readonly language: LanguageTag;
  readonly texts: Texts;
  readonly grammar: Grammar;
}

/** Lays a translation over the English texts; keys that are not known are left out. */
export function translated(table: Readonly<Record<string, unknown>>): Texts {
  const own = Object.entries(table).filter(([key, text]) => Object.hasOwn(TEXTS, key) && typeof text === 'string');
  return { ...TEXTS, ...(Object.fromEntries(own) as Partial<Texts>) };
}

/** The first of the wanted languages that the page speaks, see `languageOf`; English when there is none. */
export function chooseLanguage(wanted: readonly string[]): LanguageTag {
  return wanted.map(languageOf).find((tag) => tag !== null) ?? 'en';
}

/** What the page says, with numbers as its language writes them. */
export function speechOf(language: LanguageTag, table: Readonly<Record<string, unknown>>): Speech {
  const number = (value: number): string => value.toLocaleString(language, { maximumFractionDigits: 0 });
  return { language, texts: translated(table), grammar: grammarOf(language, number) };
}

/** The text of a key with its gaps filled. */
export function say({ texts, grammar }: Speech, key: TextKey, values: Values): string {
  return fillText(texts[key], values, {}, {}, grammar);
}
