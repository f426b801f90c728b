import type { Workload, WorkloadSettings } from './workload.ts';
import { byteText, paceOf, paceText } from './workload.ts';

const BYTES = 16 * 1024 * 1024;

/** Bulk data from the origin to the client. */
export function downloadWorkload(settings: WorkloadSettings): Workload {
  return transfer('download', settings);
}

/** Bulk data from the client to the origin, acknowledged by it. */
export function uploadWorkload(settings: WorkloadSettings): Workload {
  return transfer('upload', settings);
}

function transfer(name: 'download' | 'upload', { connections, rate, bytes }: WorkloadSettings): Workload {
  const clients = connections ?? 8;
  const size = bytes ?? BYTES;
  return {
    name,
    description: `${name}s of ${byteText(size)} in ${clients} open tunnels, ${paceText(rate)}`,
    unit: name,
    groups: [{ name, clients, pace: paceOf(rate, clients), tunnel: 'kept', action: name, bytes: size }],
  };
}
