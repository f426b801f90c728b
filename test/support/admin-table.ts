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
  workers: [{ id: 1, pid: 8, ready: true, startedAt: '2026-01-02T03:04:06.000Z' }],
  allowed: { hosts: 3, ports: [443], sources: [{ origin: 'preset azure-monitor', hosts: 3 }] },
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
    reload: () => {
      asked.push('reload');
      return Promise.resolve({ ok: true, changed: ['allowedHosts'], needsRestart: ['listen.port'] });
    },
    drain: () => {
      asked.push('drain');
      return { seconds: 30 };
    },
    ...over,
  };
}
