import type { Workload, WorkloadSettings } from './workload.ts';
import { paceOf, paceText } from './workload.ts';

/** Tunnels set up and torn down: TCP, CONNECT, handshake, close. */
export function connectWorkload({ connections, rate }: WorkloadSettings): Workload {
  const clients = connections ?? 64;
  return {
    name: 'connect',
    description: `tunnels set up and torn down; ${clients} clients, ${paceText(rate)}`,
    unit: 'tunnel',
    groups: [
      { name: 'connect', clients, pace: paceOf(rate, clients), tunnel: 'per-operation', action: 'none', bytes: 0 },
    ],
  };
}
