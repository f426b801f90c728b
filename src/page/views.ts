import { niceTop, seriesOf } from './chart.ts';
import type { Cell } from './dom.ts';
import { byId, fillTable, make, showWhen } from './dom.ts';
import { bytesText, clockText, countText, durationText, rateText, secondsText, shareText } from './format.ts';
import type { EventAnswer, HistoryAnswer, Quantiles, StatusAnswer, TunnelsAnswer } from './state.ts';
import type { Speech, TextKey } from './texts.ts';
import { say } from './texts.ts';
import { topOf } from './top.ts';

/** One function for each part of the page: takes an answer, changes what is shown. */

const TOP = 8;
const TUNNEL_ROWS = 20;
/** Quantiles beside the median, as in the head of the table. */
const SHARES = [0.9, 0.99, 0.999];
const CHART = { width: 600, height: 150 };
/** Seconds that the chart shows: as many as there are, within these limits. */
const WINDOW_MIN = 120;
const WINDOW_MAX = 900;

export function showStatus(status: StatusAnswer, speech: Speech): void {
  const { texts, language } = speech;
  const state = byId('state');
  state.className = `state ${status.ready ? 'good' : 'bad'}`;
  state.textContent = status.state === 'running' && !status.ready ? texts.notReady : texts[status.state];
  const up = say(speech, 'up', { duration: durationText(status.uptimeSeconds, language) });
  byId('facts').textContent = `${status.version} · ${status.listen} · ${status.engine} · ${up}`;
  const { counters } = status;
  byId('active').textContent = countText(counters.activeClientConnections, language);
  byId('clients').textContent = countText(counters.connectedClients, language);
  byId('errors').textContent = countText(counters.errorCount, language);
  byId('rejected').textContent = countText(counters.rejectionCount, language);
  byId('tunnels-open').textContent = say(speech, 'openNow', { count: status.tunnels.open });
  showReasons(status, speech);
  showLatency(status, speech);
  showWorkers(status, speech);
  showAllowed(status, speech);
  byId('dropped').hidden = status.droppedEvents === 0;
  byId('dropped').textContent = say(speech, 'dropped', { count: status.droppedEvents });
}

function showReasons({ rejections, failures }: StatusAnswer, { language }: Speech): void {
  const all = Object.entries({ ...rejections, ...failures }).sort(([, a], [, b]) => b - a);
  showWhen(all.length > 0, byId('refusals'), byId('no-refusals'));
  showBars(byId('reasons'), all, language);
}

function showBars(list: HTMLElement, entries: readonly (readonly [string, number])[], language: string): void {
  const largest = Math.max(1, ...entries.map(([, count]) => count));
  list.replaceChildren(
    ...entries.map(([name, count]) => {
      const item = make('li');
      const bar = make('i');
      bar.style.width = `${(count / largest) * 100}%`;
      item.append(bar, make('span', '', name), make('b', '', countText(count, language)));
      return item;
    }),
  );
}

function showLatency({ latency }: StatusAnswer, { texts, language }: Speech): void {
  const labels = ['', texts.median, ...SHARES.map((share) => shareText(share, language))];
  const row = (name: string, quantiles: Quantiles | null): Cell[] => {
    if (quantiles === null) return [name, { text: '–', kind: 'number' }, '', '', ''];
    const { p50, p90, p99, p999 } = quantiles;
    const values = [p50, p90, p99, p999];
    return [name, ...values.map((value) => ({ text: secondsText(value, language), kind: 'number' }) as const)];
  };
  fillTable(byId('latency'), labels, [
    row(texts.dial, latency.dial),
    row(texts.setUp, latency.setUp),
    row(texts.nameResolution, latency.nameResolution),
    row(texts.tunnelDuration, latency.tunnelDuration),
  ]);
}

function showWorkers({ workers }: StatusAnswer, { texts, language }: Speech): void {
  const number = (text: string): Cell => ({ text, kind: 'number' });
  const rows = workers.map(({ id, pid, ready, residentBytes, descriptors, descriptorLimit, stallSeconds }) => [
    `${id} (${pid})`,
    ready ? texts.running : texts.starting,
    number(residentBytes === null ? '–' : bytesText(residentBytes, language)),
    number(
      descriptors === null ? '–' : `${countText(descriptors, language)} / ${countText(descriptorLimit ?? 0, language)}`,
    ),
    number(secondsText(stallSeconds, language)),
  ]);
  fillTable(byId('workers'), [texts.process, texts.state, texts.memory, texts.descriptors, texts.stall], rows);
}

function showAllowed({ allowed }: StatusAnswer, speech: Speech): void {
  byId('ports').textContent = say(speech, 'ports', { ports: allowed.ports.map(String) });
  byId('nothing-allowed').hidden = allowed.hosts > 0;
  const entries = allowed.sources.map(({ origin, hosts, ageSeconds }) => {
    const age = ageSeconds === null ? '–' : durationText(ageSeconds, speech.language);
    return [`${origin} · ${speech.texts.age}: ${age}`, hosts] as const;
  });
  showBars(byId('sources'), entries, speech.language);
}

export function showTunnels({ rows }: TunnelsAnswer, speech: Speech): void {
  const { texts, language } = speech;
  const number = (text: string): Cell => ({ text, kind: 'number' });
  for (const [by, id, label] of [
    ['client', 'clients', texts.client],
    ['destination', 'destinations', texts.destination],
  ] as const) {
    const top = topOf(rows, by, TOP).map(({ name, tunnels, perSecond, bytes }): Cell[] => [
      { text: name, kind: 'name' },
      number(countText(tunnels, language)),
      number(rateText(perSecond, language)),
      number(bytesText(bytes, language)),
    ]);
    showWhen(top.length > 0, byId(`${id}-table`), byId(`no-${id}`));
    fillTable(byId(`top-${id}`), [label, texts.tunnelsCount, texts.rate, texts.bytes], top);
  }
  const shown = rows
    .slice(0, TUNNEL_ROWS)
    .map((row): Cell[] => [
      { text: row.client, kind: 'name' },
      { text: row.destination, kind: 'name' },
      texts[stateKey(row.state)],
      row.tls,
      number(rateText(row.upPerSecond + row.downPerSecond, language)),
      number(bytesText(row.bytesUp + row.bytesDown, language)),
      number(durationText(row.ageMs / 1000, language)),
    ]);
  showWhen(shown.length > 0, byId('tunnels-table'), byId('no-tunnels'));
  const labels = [texts.client, texts.destination, texts.state, texts.tls, texts.rate, texts.bytes, texts.age];
  fillTable(byId('tunnels'), labels, shown);
}

/** The states of a session (docs/states.md), as far as somebody who looks on wants to know. */
function stateKey(state: string): TextKey {
  if (state === 'opaque') return 'stateOpen';
  if (state === 'ending' || state === 'closing' || state === 'closed') return 'stateEnding';
  return state === 'awaiting-server' || state.startsWith('observing-') ? 'stateHandshake' : 'stateConnecting';
}

export function showHistory({ points }: HistoryAnswer, speech: Speech): void {
  const { texts, language } = speech;
  const last = points.at(-1);
  const to = last?.at ?? 0;
  const window = Math.min(WINDOW_MAX, Math.max(WINDOW_MIN, to - (points[0]?.at ?? to)));
  const from = to - window;
  const shown = points.filter(({ at }) => at >= from);
  const top = niceTop(
    Math.max(0, ...shown.map(({ upPerSecond, downPerSecond }) => Math.max(upPerSecond, downPerSecond))),
  );
  const times = shown.map(({ at }) => at);
  for (const side of ['up', 'down'] as const) {
    const values = shown.map((point) => (side === 'up' ? point.upPerSecond : point.downPerSecond));
    const { line, area } = seriesOf(times, values, { from, to, top }, CHART);
    byId(`line-${side}`).setAttribute('d', line);
    byId(`area-${side}`).setAttribute('d', area);
    byId(`rate-${side}`).textContent = rateText(values.at(-1) ?? 0, language);
  }
  byId('chart-top').textContent = rateText(top, language);
  byId('chart-from').textContent = say(speech, 'lastMinutes', { minutes: Math.round(window / 60) });
  byId('chart').setAttribute('aria-label', texts.throughput);
}

/** An event as an entry of a list: when, which number, who to where, what it says, and by which rule. */
export function eventItem(event: EventAnswer, { language }: Speech): HTMLElement {
  const item = make('li', event.level);
  const head = make('p');
  head.append(
    make('span', '', clockText(event.time, language)),
    make('span', 'number', String(event.event)),
    make('span', '', [event.client, event.destination].filter((part) => part !== undefined).join(' → ')),
  );
  item.append(head, make('p', '', event.msg));
  if (event.rule !== undefined) item.append(make('p', 'soft', event.rule));
  return item;
}
