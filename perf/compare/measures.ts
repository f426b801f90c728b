import type { Group, Workload } from '../load/workloads/workload.ts';

/** What is measured of every peer, in the order of the tables. */

export interface Measure {
  readonly key: MeasureKey;
  readonly title: string;
  /** What one operation is: "tunnel". */
  readonly unit: string;
  /** How processor time is given: microseconds for each operation, or seconds for each GB of payload. */
  readonly cost: 'us-per-operation' | 'seconds-per-gb' | 'kib-per-tunnel';
  readonly workload: (scale: Scale) => Workload;
}

export const MEASURE_KEYS = ['connect', 'echo', 'download', 'upload', 'agent', 'idle'] as const;
export type MeasureKey = (typeof MEASURE_KEYS)[number];

export interface Scale {
  readonly idleTunnels: number;
}

const BULK_BYTES = 16 * 1024 * 1024;
const AGENT_BYTES = 200 * 1024;

export const MEASURES: readonly Measure[] = [
  {
    key: 'connect',
    title: 'Tunnels: set up and torn down',
    unit: 'tunnel',
    cost: 'us-per-operation',
    workload: () =>
      closedLoops('connect', 'tunnel', { clients: 64, tunnel: 'per-operation', action: 'none', bytes: 0 }),
  },
  {
    key: 'echo',
    title: 'Round trips of 512 bytes',
    unit: 'round trip',
    cost: 'us-per-operation',
    workload: () => closedLoops('echo', 'round trip', { clients: 64, tunnel: 'kept', action: 'echo', bytes: 512 }),
  },
  {
    key: 'download',
    title: 'Downloads of 16 MB',
    unit: 'download',
    cost: 'seconds-per-gb',
    workload: () =>
      closedLoops('download', 'download', { clients: 8, tunnel: 'kept', action: 'download', bytes: BULK_BYTES }),
  },
  {
    key: 'upload',
    title: 'Uploads of 16 MB',
    unit: 'upload',
    cost: 'seconds-per-gb',
    workload: () =>
      closedLoops('upload', 'upload', { clients: 8, tunnel: 'kept', action: 'upload', bytes: BULK_BYTES }),
  },
  {
    key: 'agent',
    title: 'Agent uploads: 200 KB, each in a new tunnel',
    unit: 'upload',
    cost: 'us-per-operation',
    workload: () =>
      closedLoops('agents', 'upload', { clients: 32, tunnel: 'per-operation', action: 'upload', bytes: AGENT_BYTES }),
  },
  {
    key: 'idle',
    title: 'Idle tunnels',
    unit: 'tunnel',
    cost: 'kib-per-tunnel',
    workload: ({ idleTunnels }) =>
      closedLoops('idle', 'tunnel', { clients: idleTunnels, tunnel: 'kept', action: 'hold', bytes: 0 }),
  },
];

/** What an instance has seen before it is measured: it has its buffers by then, and its code is compiled. */
export function warmUpWorkload(): Workload {
  return closedLoops('agents', 'upload', {
    clients: 16,
    tunnel: 'per-operation',
    action: 'upload',
    bytes: AGENT_BYTES,
  });
}

function closedLoops(name: Workload['name'], unit: string, group: Omit<Group, 'name' | 'pace'>): Workload {
  return { name, unit, description: `${group.clients} closed loops`, groups: [{ ...group, name, pace: null }] };
}
