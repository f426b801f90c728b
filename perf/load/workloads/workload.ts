import type { Pace } from '../schedule.ts';

/** A workload is a number of groups; the clients of a group all do the same thing again and again. */

/** What a client does in its tunnel. `none`: nothing, the tunnel itself is the work. `hold`: keeps it open, silent. */
export type Action = 'none' | 'echo' | 'download' | 'upload' | 'hold';

export interface Group {
  readonly name: string;
  readonly clients: number;
  /** Null: a closed loop, the next operation begins when the last one is done. */
  readonly pace: Omit<Pace, 'agents'> | null;
  /** Whether each operation opens a tunnel of its own, or all use one that stays open. */
  readonly tunnel: 'per-operation' | 'kept';
  readonly action: Action;
  /** Payload of one operation, in bytes. */
  readonly bytes: number;
}

export interface Workload {
  readonly name: WorkloadName;
  /** One sentence for the report. */
  readonly description: string;
  /** What is counted: "tunnel", "round trip" … */
  readonly unit: string;
  readonly groups: readonly Group[];
}

export const WORKLOAD_NAMES = ['connect', 'echo', 'download', 'upload', 'idle', 'agents', 'mixed'] as const;
export type WorkloadName = (typeof WORKLOAD_NAMES)[number];

/** What the command line says about the size of workloads. `null`: the workload's own default. */
export interface WorkloadSettings {
  readonly connections: number | null;
  readonly bytes: number | null;
  /** Operations per second over all clients; null: closed loops. */
  readonly rate: number | null;
  readonly agents: number | null;
  readonly periodSeconds: number;
  readonly longLived: boolean;
  /** How many times faster than in reality the hours of `mixed` go by. */
  readonly compress: number;
  readonly seconds: number;
}

/** The pace of closed loops that are held to a rate: evenly spread over all clients. */
export function paceOf(rate: number | null, clients: number): Group['pace'] {
  if (rate === null) return null;
  const periodMs = (clients / rate) * 1_000;
  return { periodMs, spreadMs: periodMs, offsetMs: 0 };
}

export function paceText(rate: number | null): string {
  return rate === null ? 'closed loops' : `${rate.toLocaleString('en')} per second`;
}

export function byteText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}
