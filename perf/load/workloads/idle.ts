import type { Workload, WorkloadSettings } from './workload.ts';

/** Many open, silent tunnels: what does one cost in memory? */
export function idleWorkload({ connections }: WorkloadSettings): Workload {
  const clients = connections ?? 4_000;
  return {
    name: 'idle',
    description: `${clients.toLocaleString('en')} tunnels, open and silent`,
    unit: 'tunnel',
    groups: [{ name: 'idle', clients, pace: null, tunnel: 'kept', action: 'hold', bytes: 0 }],
  };
}
