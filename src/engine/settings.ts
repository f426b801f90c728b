import type { ListenTls } from '../config/listen-certificate.ts';
import type { HostGroup } from '../config/presets.ts';
import type { Relay } from '../config/relays.ts';
import type { Config } from '../config/schema.ts';

/** What one loop is made from. Plain data: it crosses processes and threads. */
export interface LoopSettings {
  readonly config: Config;
  /** Allowed hosts of all sources, resolved by the primary, so that all workers judge by the same list. */
  readonly hostGroups: readonly HostGroup[];
  /** Relays with their passwords; by message only, never among process arguments or variables. */
  readonly relays: readonly Relay[];
  /** PEM certificates that those of `https://` relays are held against; none: the system's. */
  readonly trusted: readonly string[];
  /** What the gateway speaks TLS with to its clients; null: it does not. */
  readonly listenTls: ListenTls | null;
  /** The gateway's own listening addresses: never a destination. */
  readonly ownAddresses: readonly { readonly address: string; readonly port: number }[];
  /** Keys the hashes of TLS sessions that may be resumed, see `SessionMemory`: hex, random, the same in all loops. */
  readonly sessionSalt: string;
  /** Makes tunnel ids of this loop unlike those of every other loop and start. */
  readonly idPrefix: string;
}
