import type { Config } from '../config/schema.ts';
import type { LimitReason } from '../tunnel/input.ts';

/**
 * What loops and the primary tell each other about room for tunnels, see `Admission` and `Arbiter`. Plain data: crosses
 * threads and processes.
 */

export interface RoomLimits {
  readonly maxTunnels: number;
  readonly maxTunnelsPerClient: number;
  readonly newTunnelsPerSecond: number;
  readonly newTunnelsBurst: number;
}

export function roomLimitsOf({ limits, clients }: Pick<Config, 'limits' | 'clients'>): RoomLimits {
  const { maxTunnelsPerClient, newTunnelsPerSecond, newTunnelsBurst } = clients;
  return { maxTunnels: limits.maxTunnels, maxTunnelsPerClient, newTunnelsPerSecond, newTunnelsBurst };
}

/** True when tunnels have to ask for room. */
export function isLimited({ maxTunnels, maxTunnelsPerClient, newTunnelsPerSecond }: RoomLimits): boolean {
  return maxTunnels > 0 || maxTunnelsPerClient > 0 || newTunnelsPerSecond > 0;
}

/** True when it matters whose tunnel it is: then nobody but the primary can decide. */
export function isPerClient({ maxTunnelsPerClient, newTunnelsPerSecond }: RoomLimits): boolean {
  return maxTunnelsPerClient > 0 || newTunnelsPerSecond > 0;
}

export interface RoomQuestion {
  readonly number: number;
  /** Address of the client. */
  readonly client: string;
}

/** What a loop tells; taken apart in this order. */
export interface RoomReport {
  /** Counts the times a loop has begun to count anew. */
  readonly epoch: number;
  /** The clients of all its tunnels, one entry a tunnel: what it holds now, whatever it held before. Null when not begun anew. */
  readonly holds: readonly string[] | null;
  /** Room that it gives back. */
  readonly given: number;
  /** Whose tunnels those were; only while that matters. */
  readonly givenClients: readonly string[];
  /** The last `recall` that it has followed; 0 for none. */
  readonly recalled: number;
  readonly questions: readonly RoomQuestion[];
}

export interface RoomAnswer {
  readonly number: number;
  /** Null: there is room, and the tunnel has it. */
  readonly reason: LimitReason | null;
  /** The limit that was reached. */
  readonly limit: number;
}

/** What the primary tells a loop. */
export interface RoomNotice {
  readonly epoch: number;
  readonly answers: readonly RoomAnswer[];
  /** Room for tunnels to come, so that they need not ask. */
  readonly granted: number;
  /** How much such room the loop may keep. */
  readonly keep: number;
  /** Give back what goes beyond `keep`, and say so with this number; 0 when nothing is recalled. */
  readonly recall: number;
}
