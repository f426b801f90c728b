import { EventFeed } from '../../src/events/feed.ts';
import type { AdminGateway } from '../../src/admin/gateway.ts';
import type { Status } from '../../src/admin/status.ts';

/** A gateway for tests of the admin API: answers what it is told to, remembers what it was asked to do. */

export const STATUS: Status = {
  version: '1.2.3',
  pid: 7,
  state: 'running',
  ready: true,
  startedAt: '2026-01-02T03:04:05.678Z',
  uptimeSeconds: 12.5,
  listen: '[::]:8080',
  engine: 'portable',
  configuredWorkers: 2,
  workers: [
    {
      id: 1,
      pid: 8,
      ready: true,
      startedAt: '2026-01-02T03:04:06.000Z',
      residentBytes: 80_000_000,
      descriptors: null,
      descriptorLimit: 1024,
      stallSeconds: 0.002,
    },
  ],
  allowed: { hosts: 3, ports: [443], sources: [{ origin: 'preset azure-monitor', hosts: 3, ageSeconds: 7_200 }] },
  counters: { activeClientConnections: 5, connectedClients: 2, errorCount: 1, rejectionCount: 4 },
  tunnels: { open: 3, opened: 10, closed: 7, endings: { 'client-closed': 7 } },
  rejections: { 'sni-mismatch': 4, 'host-not-allowed': 9 },
  failures: { 'connection-refused': 1 },
  bytes: { up: 1_000_000, down: 20_000 },
  latency: {
    dial: { p50: 0.001, p90: 0.002, p99: 0.01, p999: 0.02 },
    setUp: null,
    nameResolution: null,
    tunnelDuration: { p50: 6, p90: 60, p99: 600, p999: 3600 },
  },
  droppedEvents: 0,
};

export const ROW = {
  tunnel: 'abc-1',
  client: '10.0.0.7:50368',
  destination: 'www.test.com:443',
  state: 'opaque',
  tls: '1.3',
  bytesUp: 1,
  bytesDown: 2,
  upPerSecond: 3,
  downPerSecond: 4,
  ageMs: 5,
};

export interface AdminTable extends AdminGateway {
  readonly asked: string[];
}

export function adminTable(over: Partial<AdminGateway> = {}): AdminTable {
  const asked: string[] = [];
  return {
    asked,
    readiness: () => ({ ready: true }),
    status: () => STATUS,
    metrics: () => Promise.resolve('# HELP x X.\n# TYPE x gauge\nx 1\n'),
    history: () => ({
      points: [{ at: 1, upPerSecond: 2, downPerSecond: 3, tunnelsOpen: 4, rejectionsPerSecond: 0.5 }],
    }),
    feed: new EventFeed(),
    tunnels: () => Promise.resolve({ matched: 1, complete: true, rows: [ROW] }),
    check: () => ({ destination: 'www.test.com:443', allowed: false, rule: 'no', remedy: 'add it' }),
    restart: () => {
      asked.push('restart');
      return Promise.resolve({ ok: true, changed: [], needsRestart: [] });
    },
    reload: () => {
      asked.push('reload');
      return Promise.resolve({ ok: true, changed: ['allowedHosts'], needsRestart: ['listen.port'] });
    },
    upgrade: () => {
      asked.push('upgrade');
      return Promise.resolve({ ok: true, version: '1.2.4', pid: 9 });
    },
    drain: () => {
      asked.push('drain');
      return { seconds: 30 };
    },
    ...over,
  };
}
