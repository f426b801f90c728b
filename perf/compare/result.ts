import type { Machine } from '../load/result.ts';
import type { MeasureKey } from './measures.ts';

/** A recorded comparison, as it is written to `perf/results`. */

export interface Comparison {
  /** Raised when a field changes its meaning. */
  readonly version: 1;
  readonly date: string;
  readonly machine: Machine;
  readonly settings: ComparisonSettings;
  readonly peers: readonly PeerFacts[];
  readonly missing: readonly MissingPeer[];
  readonly runs: readonly Run[];
  readonly notes: readonly string[];
}

export interface ComparisonSettings {
  readonly rounds: number;
  /** How long each run is measured, and how long it goes on before that. */
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly idleTunnels: number;
  readonly proxyCpu: number;
  readonly loadCpu: number;
  readonly host: string;
}

export interface PeerFacts {
  readonly key: string;
  readonly label: string;
  readonly version: string;
  readonly isOurs: boolean;
  readonly isDirect: boolean;
  readonly remark: string;
  /** Whether it refused another destination, and a ClientHello with another name; null: cannot be asked. */
  readonly refusesOtherDestination: boolean | null;
  readonly refusesOtherName: boolean;
}

export interface MissingPeer {
  readonly label: string;
  readonly why: string;
  readonly broughtBy: string;
}

/** One peer, one measure, one round. */
export interface Run {
  readonly peer: string;
  readonly measure: MeasureKey;
  readonly round: number;
  /** Operations a second; for `idle` the tunnels that were held. */
  readonly rate: number;
  /** Payload bytes a second. */
  readonly bytesPerSecond: number;
  /** In the unit of the measure; null when nothing was done. */
  readonly cost: number | null;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Share of its processor that the peer used, and share of the other one that load generator and origin used. */
  readonly busy: number;
  readonly loadBusy: number;
  /** Share of both processors that other programs used. */
  readonly others: number;
  readonly failures: number;
}
