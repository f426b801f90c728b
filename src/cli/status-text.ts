import type { Status } from '../admin/status.ts';

/** The answer of /status for people: what runs, the counters of the reference, what moves, what was refused. */

/** Values of an earlier look, to tell rates by. */
export interface EarlierLook {
  readonly status: Status;
  /** Seconds since. */
  readonly seconds: number;
}

export function statusText(status: Status, earlier: EarlierLook | null = null): string {
  const { counters, tunnels, bytes, latency } = status;
  const lines = [
    `OMS Gateway ${status.version}: ${status.state}, ${status.ready ? 'ready' : 'not ready'}, up ${duration(status.uptimeSeconds)}`,
    row('listens', `${status.listen}, engine ${status.engine}, process ${status.pid}`),
    row('allows', allowedText(status)),
    '',
    row('Active Client Connection', number(counters.activeClientConnections), 26),
    row('Connected Client', number(counters.connectedClients), 26),
    row('Error Count', number(counters.errorCount), 26),
    row('Rejection Count', number(counters.rejectionCount), 26),
    '',
    row('tunnels', `${number(tunnels.open)} open, ${number(tunnels.opened)} opened, ${number(tunnels.closed)} ended`),
    row('bytes', `${size(bytes.up)} up, ${size(bytes.down)} down${rates(status, earlier)}`),
    row('dial', latencyText(latency.dial)),
    row('set-up', latencyText(latency.setUp)),
    row('names', latencyText(latency.nameResolution)),
    row('refused', counted(status.rejections)),
    row('network errors', counted(status.failures)),
    ...status.workers.map((worker) => row(`worker ${worker.id}`, workerText(worker))),
  ];
  if (status.droppedEvents > 0) lines.push(row('log', `${number(status.droppedEvents)} events dropped`));
  return `${lines.join('\n')}\n`;
}

function allowedText({ allowed }: Status): string {
  if (allowed.hosts === 0) return 'nothing: no host may be reached';
  const sources = allowed.sources.map(({ origin, hosts }) => `${origin} ${hosts}`).join(', ');
  return `${allowed.hosts} host rule(s): ${sources}; port(s) ${allowed.ports.join(', ')}`;
}

function rates({ bytes }: Status, earlier: EarlierLook | null): string {
  if (earlier === null || earlier.seconds <= 0) return '';
  const up = (bytes.up - earlier.status.bytes.up) / earlier.seconds;
  const down = (bytes.down - earlier.status.bytes.down) / earlier.seconds;
  return `; now ${size(up)}/s up, ${size(down)}/s down`;
}

function latencyText(latency: Status['latency']['dial']): string {
  if (latency === null) return 'nothing in the last five minutes';
  const { p50, p90, p99, p999 } = latency;
  return `p50 ${time(p50)}, p90 ${time(p90)}, p99 ${time(p99)}, p99.9 ${time(p999)}`;
}

function workerText({
  pid,
  ready,
  residentBytes,
  descriptors,
  descriptorLimit,
  stallSeconds,
}: Status['workers'][number]): string {
  const parts = [`process ${pid}`, ready ? 'ready' : 'starting'];
  if (residentBytes !== null) parts.push(size(residentBytes));
  if (descriptors !== null) parts.push(`${number(descriptors)} of ${number(descriptorLimit ?? 0)} descriptors`);
  parts.push(`longest stall ${time(stallSeconds)}`);
  return parts.join(', ');
}

function counted(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return sorted.length === 0 ? 'nothing' : sorted.map(([reason, count]) => `${reason} ${number(count)}`).join(', ');
}

function row(name: string, text: string, width = 16): string {
  return `${name.padEnd(width)}${text}`;
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
