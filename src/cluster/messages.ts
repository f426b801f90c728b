import type { HostGroup } from '../config/presets.ts';
import type { RoomNotice, RoomReport } from '../engine/room.ts';
import type { LoopSettings } from '../engine/settings.ts';
import type { TunnelList, TunnelQuery } from '../engine/tunnel-list.ts';
import type { MeterReport } from '../metrics/meter.ts';
import type { VitalSigns } from '../metrics/vitals.ts';
import type { RememberedSession } from '../tunnel/session-memory.ts';

/** What the primary and its workers tell each other. A handed socket travels beside its message. */

/** Engines by name, as event 101 shows them. */
export type EngineName = 'portable' | 'linux';

/**
 * The descriptors that a worker inherits for an engine that accepts by itself, behind stdin, stdout, stderr and the
 * channel of these messages.
 */
export const INHERITED = { listenFd: 4, lineFd: 5 } as const;

export interface WorkerSettings {
  readonly engine: EngineName;
  readonly loop: LoopSettings;
}

export type ToWorker =
  | { readonly kind: 'configure'; readonly settings: WorkerSettings }
  /** The next slice of the allowed hosts of a configuration to come, answered by `rules-taken`. */
  | { readonly kind: 'rules'; readonly hosts: readonly HostGroup[] }
  /** Put a configuration into effect with the slices sent before, answered by `reconfigured`. `hostGroups` is empty here. */
  | { readonly kind: 'reconfigure'; readonly loop: LoopSettings; readonly enforce: boolean }
  /** A client's socket travels with this message; only for an engine that does not accept by itself. */
  | { readonly kind: 'accept'; readonly number: number }
  /** So many sockets have been sent: whatever of them has not come is lost (no descriptor was free for it). */
  | { readonly kind: 'accepts-sent'; readonly count: number }
  /** Tell which tunnels are open. */
  | { readonly kind: 'list'; readonly question: number; readonly query: TunnelQuery }
  /** About room for tunnels, see `Arbiter`. */
  | { readonly kind: 'room-noticed'; readonly notice: RoomNotice }
  /** TLS sessions that other workers have verified. */
  | { readonly kind: 'remember'; readonly sessions: readonly RememberedSession[] }
  /** Finish what is open within so many milliseconds, then leave. */
  | { readonly kind: 'drain'; readonly limitMs: number };

export type FromWorker =
  /** The worker listens to messages. What is sent before is lost: an ES module entry point loads asynchronously. */
  | { readonly kind: 'hello' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'rules-taken' }
  /** Everything new is judged by the new configuration; so many open tunnels were ended by it. */
  | { readonly kind: 'reconfigured'; readonly ended: number }
  /** So many handed sockets are the worker's now, in the order they were handed. */
  | { readonly kind: 'adopted'; readonly count: number }
  /** The oldest one handed and not confirmed could not be received, for lack of descriptors: its client gets `answer`. */
  | { readonly kind: 'turned-away'; readonly answer: Uint8Array }
  /** Finished event lines, each ending in a line feed, and what changed in the counters with them. */
  | { readonly kind: 'log'; readonly lines: string; readonly report: MeterReport | null }
  /** The process and its loop run; told every second. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'vitals'; readonly signs: VitalSigns }
  /** The answer to `list` with this number. */
  | { readonly kind: 'tunnels'; readonly question: number; readonly list: TunnelList }
  /** The worker asks for room for tunnels, and gives it back. */
  | { readonly kind: 'room'; readonly report: RoomReport }
  /** The worker has verified a TLS session. */
  | { readonly kind: 'session-learned'; readonly session: RememberedSession }
  /** The worker's configuration could not be put into effect; it ends after this. */
  | { readonly kind: 'failed'; readonly detail: string };
