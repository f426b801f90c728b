import type { Failure } from './causes.ts';
import type { CounterValues } from './counters.ts';
import type { LatencySummary, PercentilePoint } from './histogram.ts';
import type { WorkloadName } from './workloads/workload.ts';

/** Results as they are printed, written as JSON and drawn. Times are seconds unless a name says otherwise. */

export interface LoadReport {
  /** Raised when a field changes its meaning. */
  readonly version: 1;
  readonly date: string;
  readonly machine: Machine;
  readonly through: string;
  readonly asked: readonly string[];
  readonly handshake: string;
  readonly threads: number;
  readonly results: readonly WorkloadResult[];
}

export interface Machine {
  readonly node: string;
  readonly os: string;
  readonly cpu: string;
  readonly cpus: number;
  readonly memoryGb: number;
}

export interface WorkloadResult {
  readonly workload: WorkloadName;
  readonly description: string;
  readonly unit: string;
  /** How long was measured. */
  readonly seconds: number;
  /** What happened while it was measured; `open` is the number at its end. */
  readonly counts: CounterValues;
  readonly groups: readonly GroupSummary[];
  /** Over the whole run, warm-up and end included. */
  readonly failures: readonly Failure[];
  readonly timeline: readonly TimelinePoint[];
  /** Null when the proxy's process is not known. */
  readonly proxy: ProxyCost | null;
  /** Processor time of the load generator and its origin. */
  readonly loadCpuSeconds: number;
}

export interface GroupSummary {
  readonly name: string;
  readonly begun: number;
  readonly unfinished: number;
  readonly latency: LatencySummary;
  readonly curve: readonly PercentilePoint[];
  /** Of the tunnels: TCP, CONNECT, handshake. */
  readonly setUp: LatencySummary;
  /** How late paced operations began; null for closed loops. */
  readonly lag: LatencySummary | null;
  /** The whole histogram, base64 of the compressed HDR format. */
  readonly histogram: string;
}

export interface TimelinePoint {
  /** Since the start of the run; below 0 is the warm-up. */
  readonly second: number;
  readonly donePerSecond: number;
  readonly bytesPerSecond: number;
  readonly open: number;
  readonly failures: number;
}

export interface ProxyCost {
  readonly cpuSeconds: number;
  /** Processor microseconds for each operation; null when none was done. */
  readonly cpuUsPerOperation: number | null;
  /** Processor seconds for each 10^9 bytes of payload, both directions together; null below a megabyte. */
  readonly cpuSecondsPerGb: number | null;
  readonly memory: MemoryCost;
}

export interface MemoryCost {
  /** Resident bytes of the process tree before the run and at its end, before the tunnels are closed. */
  readonly rssBefore: number;
  readonly rssAfter: number;
  readonly pssBefore: number;
  readonly pssAfter: number;
  /** Growth of resident memory in bytes for each tunnel that is open at the end; null without any, or not `idle`. */
  readonly rssPerTunnel: number | null;
  readonly pssPerTunnel: number | null;
}
