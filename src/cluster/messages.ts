import type { Config } from '../config/schema.ts';
import type { HostRule } from '../config/presets.ts';
import type { Relay } from '../config/relays.ts';

/** What the primary and its workers tell each other. Plain data; a handed socket travels beside its message. */

export interface WorkerSettings {
  readonly config: Config;
  /** Allowed hosts of all sources, resolved by the primary, so that all workers judge by the same list. */
  readonly hostRules: readonly HostRule[];
  /** Relays with their passwords; by message only, never among process arguments or variables. */
  readonly relays: readonly Relay[];
  /** PEM certificates that those of `https://` relays are held against; none: the system's. */
  readonly trusted: readonly string[];
  /** The gateway's own listening addresses: never a destination. */
  readonly ownAddresses: readonly { readonly address: string; readonly port: number }[];
  /** Makes tunnel ids of this worker unlike those of every other worker and start. */
  readonly idPrefix: string;
}

export type ToWorker =
  | { readonly kind: 'configure'; readonly settings: WorkerSettings }
  /** A client's socket travels with this message. */
  | { readonly kind: 'accept' }
  /** Finish what is open within so many milliseconds, then leave. */
  | { readonly kind: 'drain'; readonly limitMs: number };

export type FromWorker =
  /** The worker listens to messages. What is sent before is lost: an ES module entry point loads asynchronously. */
  | { readonly kind: 'hello' }
  | { readonly kind: 'ready' }
  /** So many handed sockets are the worker's now, in the order they were handed. */
  | { readonly kind: 'adopted'; readonly count: number }
  /** Finished event lines, each ending in a line feed. */
  | { readonly kind: 'log'; readonly lines: string }
  /** The worker's configuration could not be put into effect; it ends after this. */
  | { readonly kind: 'failed'; readonly detail: string };
