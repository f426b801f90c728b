/**
 * Every text of the status page, in English. Other languages stand in config/page/texts, one file a language with the
 * same keys; a key that is missing there is shown in English. `{name}` is filled in.
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
  lastMinutes: 'last {minutes} minutes',
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
  dropped: '{count} events could not be written to the log in time.',
} as const;

export type TextKey = keyof typeof TEXTS;
export type Texts = Readonly<Record<TextKey, string>>;

/** Languages of the page by BCP 47 tag, each in its own name. */
export const LANGUAGES: Readonly<Record<string, string>> = {
  en: 'English',
  cs: 'Čeština',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  hu: 'Magyar',
  it: 'Italiano',
  ja: '日本語',
  ko: '한국어',
  nl: 'Nederlands',
  pl: 'Polski',
  'pt-BR': 'Português (Brasil)',
  'pt-PT': 'Português (Portugal)',
  ru: 'Русский',
  'zh-Hans': '简体中文',
  'zh-Hant': '繁體中文',
};

/** Lays a translation over the English texts; keys that are not known are left out. */
export function translated(table: Readonly<Record<string, unknown>>): Texts {
  const own = Object.entries(table).filter(([key, text]) => Object.hasOwn(TEXTS, key) && typeof text === 'string');
  return { ...TEXTS, ...(Object.fromEntries(own) as Partial<Texts>) };
}

/** The first of the wanted languages that the page speaks; "pt" is European, "zh" simplified, unless said otherwise. */
export function chooseLanguage(wanted: readonly string[]): string {
  for (const tag of wanted) {
    const known = Object.keys(LANGUAGES).find((each) => each.toLowerCase() === tag.toLowerCase()) ?? related(tag);
    if (known !== null) return known;
  }
  return 'en';
}

function related(tag: string): string | null {
  const [language = '', ...rest] = tag.toLowerCase().split('-');
  if (language === 'zh') return rest.some((part) => ['hant', 'tw', 'hk', 'mo'].includes(part)) ? 'zh-Hant' : 'zh-Hans';
  if (language === 'pt') return 'pt-PT';
  return Object.hasOwn(LANGUAGES, language) ? language : null;
}

/** Fills `{name}` in a text. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
