import { EVENTS } from '../events/catalogue.ts';
import type { EventId } from '../events/catalogue.ts';
import { ENDINGS, FAILURES, REJECTIONS, REPORTABLE, TLS_REJECTIONS } from './kinds.ts';
import { QUANTILES } from './quantile-window.ts';
import type { CounterName, HistogramName } from './slots.ts';
import { ENDING_CELL, EVENT_CELL, HISTOGRAMS, REPORT_CELL, WOULD_REFUSE_CELL } from './slots.ts';
import type { Totals } from './totals.ts';

/** Every metric with its name, help text and where its numbers come from; /metrics and docs/metrics.md are made from it. */

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Behind the metric's name, for summaries: "_sum" or "_count". */
  readonly suffix?: string;
}

export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'summary';
  readonly help: string;
  /** Labels its samples carry, as documented. */
  readonly labels: readonly string[];
  readonly samples: (source: MetricsSource) => readonly Sample[];
}

/** What the primary knows when it is asked. */
export interface MetricsSource {
  readonly totals: Totals;
  /** Seconds at each of `QUANTILES` over the last minutes. */
  readonly quantiles: (name: HistogramName) => readonly number[];
  readonly version: string;
  readonly engine: string;
  readonly startedAtSeconds: number;
  readonly ready: boolean;
  readonly allowedHosts: number;
  readonly workers: { readonly configured: number; readonly ready: number; readonly replaced: number };
  /** Events the primary itself has reported, by number. */
  readonly ownEvents: (event: EventId) => number;
  readonly droppedEvents: number;
  readonly threads: readonly { readonly thread: string; readonly stallSeconds: number }[];
  readonly processes: readonly {
    readonly process: string;
    readonly residentBytes: number;
    readonly descriptors: number | null;
    readonly descriptorLimit: number | null;
  }[];
}

export const METRICS: readonly Metric[] = [
  gauge('active_client_connections', 'Client TCP connections open now (Active Client Connection).', (source) => [
    one(source.totals.openClients),
  ]),
  gauge('connected_clients', 'Distinct client addresses with an open connection (Connected Client).', (source) => [
    one(source.totals.connectedClients),
  ]),
  counter('errors_total', 'Events of level error (Error Count).', (source) => [one(errorCount(source))]),
  counter(
    'rejections_total',
    'Refusals of requests, destinations, clients and TLS sessions, by reason.',
    (source) => REJECTIONS.map((reason) => ({ labels: { reason }, value: source.totals.cell(REPORT_CELL[reason]) })),
    ['reason'],
  ),
  counter(
    'would_refuse_total',
    'What mode "report" let through although a rule or a TLS check refuses it, by reason.',
    (source) =>
      REPORTABLE.map((reason) => ({ labels: { reason }, value: source.totals.cell(WOULD_REFUSE_CELL[reason]) })),
    ['reason'],
  ),
  counter('tls_rejections_total', 'TLS sessions refused, client certificates included (Rejection Count).', (source) => [
    one(rejectionCount(source)),
  ]),
  counter(
    'failures_total',
    'Network errors: resolving, connecting, losing a connection, waiting in vain, by reason.',
    (source) => FAILURES.map((reason) => ({ labels: { reason }, value: source.totals.cell(REPORT_CELL[reason]) })),
    ['reason'],
  ),
  counter(
    'events_total',
    'Events by number, those that the log leaves out included.',
    (source) => EVENT_IDS.map((event) => ({ labels: { event: String(event) }, value: eventCount(source, event) })),
    ['event'],
  ),
  counter('events_dropped_total', 'Events that could not be written to the log in time.', (source) => [
    one(source.droppedEvents),
  ]),
  gauge('tunnels_open', 'Tunnels open now: their destination is connected.', (source) => [
    one(source.totals.openTunnels),
  ]),
  counter('tunnels_opened_total', 'Tunnels whose destination was connected.', (source) => [
    one(source.totals.counter('tunnelsOpened')),
  ]),
  counter(
    'tunnels_closed_total',
    'Tunnels that were open and ended, by how.',
    (source) => ENDINGS.map((ending) => ({ labels: { ending }, value: source.totals.cell(ENDING_CELL[ending]) })),
    ['ending'],
  ),
  counter(
    'bytes_total',
    'Payload bytes forwarded: up to destinations, down to clients.',
    ({ totals }) => [
      { labels: { direction: 'up' }, value: totals.counter('bytesUp') },
      { labels: { direction: 'down' }, value: totals.counter('bytesDown') },
    ],
    ['direction'],
  ),
  summary('dial_seconds', 'From wanting a destination to being connected, name resolution included.', 'dial'),
  summary('setup_seconds', 'From accepting a client to a verified TLS handshake.', 'setUp'),
  summary('tunnel_duration_seconds', 'How long tunnels lived that ended, from accepting the client.', 'duration'),
  summary('name_resolution_seconds', 'Look-ups of the system resolver.', 'nameLookup'),
  own('name_cache_hits_total', 'Names answered from the cache.', 'nameCacheHits'),
  own('name_failures_total', 'Look-ups that found no address.', 'nameFailures'),
  gauge('workers', 'Worker processes that take connections.', ({ workers }) => [one(workers.ready)]),
  gauge('workers_configured', 'Worker processes there should be.', ({ workers }) => [one(workers.configured)]),
  counter('workers_replaced_total', 'Worker processes that ended by themselves and were replaced.', ({ workers }) => [
    one(workers.replaced),
  ]),
  gauge(
    'event_loop_stall_seconds',
    'Longest time a thread stood still within the last 15 to 30 seconds.',
    ({ threads }) => threads.map(({ thread, stallSeconds }) => ({ labels: { thread }, value: stallSeconds })),
    ['thread'],
  ),
  gauge(
    'open_descriptors',
    'Open file descriptors of each process; absent where the system does not tell.',
    ({ processes }) => perProcess(processes, ({ descriptors }) => descriptors),
    ['process'],
  ),
  gauge(
    'descriptor_limit',
    'How many descriptors each process may have open (RLIMIT_NOFILE).',
    ({ processes }) => perProcess(processes, ({ descriptorLimit }) => descriptorLimit),
    ['process'],
  ),
  gauge(
    'resident_memory_bytes',
    'Resident memory of each process.',
    ({ processes }) => perProcess(processes, ({ residentBytes }) => residentBytes),
    ['process'],
  ),
  gauge('ready', '1 while new tunnels can come about, as /readyz says; else 0.', ({ ready }) => [one(ready ? 1 : 0)]),
  gauge('allowed_hosts', 'Allowed-host rules of all sources.', ({ allowedHosts }) => [one(allowedHosts)]),
  gauge('start_time_seconds', 'When the gateway started, in seconds since 1970.', ({ startedAtSeconds }) => [
    one(startedAtSeconds),
  ]),
  gauge(
    'build_info',
    'Always 1; which version runs, on which engine and runtime.',
    ({ version, engine }) => [{ labels: { version, engine, node: process.version }, value: 1 }],
    ['version', 'engine', 'node'],
  ),
];

const EVENT_IDS = Object.keys(EVENTS).map(Number) as EventId[];

/** How often an event was reported, by the loops and by the primary. */
function eventCount({ totals, ownEvents }: MetricsSource, event: EventId): number {
  return totals.cell(EVENT_CELL[event]) + ownEvents(event);
}

/** Error Count: events of level error. */
export function errorCount(source: MetricsSource): number {
  const errors = EVENT_IDS.filter((event) => EVENTS[event].level === 'error');
  return errors.reduce((sum, event) => sum + eventCount(source, event), 0);
}

/** Rejection Count: TLS sessions refused. */
export function rejectionCount({ totals }: Pick<MetricsSource, 'totals'>): number {
  return TLS_REJECTIONS.reduce((sum, reason) => sum + totals.cell(REPORT_CELL[reason]), 0);
}

function one(value: number): Sample {
  return { labels: {}, value };
}

function gauge(name: string, help: string, samples: Metric['samples'], labels: readonly string[] = []): Metric {
  return { name: `oms_gateway_${name}`, type: 'gauge', help, labels, samples };
}

function counter(name: string, help: string, samples: Metric['samples'], labels: readonly string[] = []): Metric {
  return { name: `oms_gateway_${name}`, type: 'counter', help, labels, samples };
}

function own(name: string, help: string, cell: CounterName): Metric {
  return counter(name, help, ({ totals }) => [one(totals.counter(cell))]);
}

function summary(name: string, help: string, histogram: HistogramName): Metric {
  const samples = (source: MetricsSource): Sample[] => {
    const { counts, sum } = source.totals.histogram(histogram);
    const values = source.quantiles(histogram);
    const quantiles = QUANTILES.map((quantile, index) => ({
      labels: { quantile: String(quantile) },
      value: values[index] ?? NaN,
    }));
    const count = counts.reduce((total, each) => total + each, 0);
    return [
      ...quantiles,
      { labels: {}, value: sum / HISTOGRAMS[histogram].perSecond, suffix: '_sum' },
      { labels: {}, value: count, suffix: '_count' },
    ];
  };
  const window = ' Quantiles are of the last five minutes.';
  return { name: `oms_gateway_${name}`, type: 'summary', help: help + window, labels: ['quantile'], samples };
}

function perProcess(
  processes: MetricsSource['processes'],
  pick: (signs: MetricsSource['processes'][number]) => number | null,
): Sample[] {
  return processes.flatMap((signs) => {
    const value = pick(signs);
    return value === null ? [] : [{ labels: { process: signs.process }, value }];
  });
}
