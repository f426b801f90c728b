import type { Failure } from './causes.ts';
import type { TunnelPlan } from './tunnel.ts';
import type { Group } from './workloads/workload.ts';

/** What the main thread and the client threads tell each other. */

export interface ThreadTask {
  readonly thread: number;
  readonly threads: number;
  /** One for each port of the origin; clients take them in turn. */
  readonly plans: readonly TunnelPlan[];
  readonly groups: readonly Group[];
  /** Compare the content of transfers, not only their length. */
  readonly compare: boolean;
  readonly warmupMs: number;
  readonly measureMs: number;
  /** How long what is under way at the end may take. */
  readonly drainMs: number;
  /** See `counters.ts`. */
  readonly counters: SharedArrayBuffer;
  /** See `start-line.ts`. */
  readonly startLine: SharedArrayBuffer;
}

export interface GroupResult {
  readonly name: string;
  /** Encoded histograms: of operations, of tunnel set-ups, and of how late paced operations began. */
  readonly latency: string;
  readonly setUp: string;
  readonly lag: string;
  /** Operations that began while it was measured. */
  readonly begun: number;
  /** Of those: not done when the time to finish was over. */
  readonly unfinished: number;
}

export interface ThreadResult {
  readonly groups: readonly GroupResult[];
  readonly failures: readonly Failure[];
}
