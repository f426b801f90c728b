import type { Status } from '../admin/status.ts';
import type { TextKey } from './text.ts';
import { text } from './text.ts';
import { padded, widthOf } from './width.ts';

/** The answer of /status for people: what runs, the counters of the reference, what moves, what was refused. */

/** Values of an earlier look, to tell rates by. */
export interface EarlierLook {
  readonly status: Status;
  /** Seconds since. */
  readonly seconds: number;
}

export function statusText(status: Status, earlier: EarlierLook | null = null): string {
  const { counters, latency, state } = status;
  const head = {
    version: status.version,
    state: text(STATES[state]),
    ready: status.ready,
    duration: duration(status.uptimeSeconds),
  };
  const { listen, engine, pid } = status;
  const counts = [
    ['Active Client Connection', number(counters.activeClientConnections)],
    ['Connected Client', number(counters.connectedClients)],
    ['Error Count', number(counters.errorCount)],
    ['Rejection Count', number(counters.rejectionCount)],
  ] as const;
  const rows: (readonly [string, string])[] = [
    [text('status.tunnels'), tunnelsText(status)],
    [text('status.bytes'), bytesText(status, earlier)],
    [text('status.dial'), latencyText(latency.dial)],
    [text('status.set-up'), latencyText(latency.setUp)],
    [text('status.names'), latencyText(latency.nameResolution)],
    [text('status.refused'), counted(status.rejections)],
    [text('status.network-errors'), counted(status.failures)],
    ...status.workers.map((worker) => [text('status.worker', { id: worker.id }), workerText(worker)] as const),
  ];
  if (status.droppedEvents > 0)
    rows.push([text('status.log'), text('status.log-dropped', { count: status.droppedEvents })]);
  const first: typeof rows = [
    [text('status.listens'), text('status.listens-on', { listen, engine, pid: String(pid) })],
    [text('status.allows'), allowedText(status)],
  ];
  const width = Math.max(16, ...[...first, ...rows].map(([name]) => widthOf(name) + 2));
  const lines = [
    text('status.head', head),
    ...first.map((row) => rowText(row, width)),
    '',
    ...counts.map((row) => rowText(row, 26)),
    '',
    ...rows.map((row) => rowText(row, width)),
  ];
  return `${lines.join('\n')}\n`;
}

const STATES = {
  starting: 'status.starting',
  running: 'status.running',
  draining: 'status.draining',
} as const satisfies Record<Status['state'], TextKey>;

function allowedText({ allowed }: Status): string {
  if (allowed.hosts === 0) return text('status.allows-nothing');
  const sources = allowed.sources.map(({ origin, hosts }) => `${origin} ${hosts}`);
  const ports = { ports: allowed.ports.map(String), count: allowed.ports.length };
  return text('status.allows-hosts', { hosts: allowed.hosts, sources, ...ports });
}

function tunnelsText({ tunnels: { open, opened, closed } }: Status): string {
  return text('status.tunnels-counted', { open: number(open), opened: number(opened), closed: number(closed) });
}

function bytesText({ bytes }: Status, earlier: EarlierLook | null): string {
  const counted = text('status.bytes-counted', { up: size(bytes.up), down: size(bytes.down) });
  if (earlier === null || earlier.seconds <= 0) return counted;
  const up = (bytes.up - earlier.status.bytes.up) / earlier.seconds;
  const down = (bytes.down - earlier.status.bytes.down) / earlier.seconds;
  return text('status.bytes-now', { counted, up: size(up), down: size(down) });
}

function latencyText(latency: Status['latency']['dial']): string {
  if (latency === null) return text('status.no-latency');
  const { p50, p90, p99, p999 } = latency;
  return `p50 ${time(p50)}, p90 ${time(p90)}, p99 ${time(p99)}, p99.9 ${time(p999)}`;
}

function workerText(worker: Status['workers'][number]): string {
  const { ready, residentBytes, descriptors, descriptorLimit, stallSeconds } = worker;
  const parts = [
    text('status.worker-process', { pid: worker.pid }),
    text(ready ? 'status.worker-ready' : 'status.starting'),
  ];
  if (residentBytes !== null) parts.push(size(residentBytes));
  if (descriptors !== null) {
    parts.push(text('status.worker-descriptors', { used: number(descriptors), limit: number(descriptorLimit ?? 0) }));
  }
  parts.push(text('status.worker-stall', { time: time(stallSeconds) }));
  return parts.join(', ');
}

function counted(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  if (sorted.length === 0) return text('status.nothing');
  return sorted.map(([reason, count]) => `${reason} ${number(count)}`).join(', ');
}

function rowText([name, said]: readonly [string, string], width: number): string {
  return padded(name, width) + said;
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** "1.2 MB": powers of a thousand, as network people count. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toPrecision(2)} ${UNITS[unit]}`;
}

/** "1.2 ms", "3.4 s" */
export function time(seconds: number): string {
  if (seconds < 0.9995) return `${Number((seconds * 1000).toPrecision(2))} ms`;
  return `${Number(seconds.toPrecision(3))} s`;
}

/** "2 d 3 h", "5 min 7 s" */
export function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
