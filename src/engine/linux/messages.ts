import type { Host } from '../../address/host.ts';
import type { HostGroup } from '../../config/presets.ts';
import type { Fields } from '../../events/reasons.ts';
import type { RememberedSession } from '../../tunnel/session-memory.ts';
import type { CredentialVerdict } from '../../credentials/verifier.ts';
import type { RoomNotice, RoomReport } from '../room.ts';
import type { LoopSettings } from '../settings.ts';
import type { TunnelList, TunnelQuery } from '../tunnel-list.ts';

/** What the control thread of a worker process and its loop thread tell each other. Plain data. */

/** Given to the loop thread when it starts. */
export interface LoopStart {
  readonly settings: LoopSettings;
  /** The listening socket, inherited from the primary. */
  readonly listenFd: number;
  /** The stream socket that takes event lines, inherited from the primary. */
  readonly lineFd: number;
  /** One cell that the loop counts its turns in, shared. */
  readonly turns: Int32Array;
  /** The eventfd that wakes the loop. */
  readonly wakeFd: number;
}

export type ToLoop =
  /** The answer to `resolve`; `code` is null on success, see `Lookup`. */
  | {
      readonly kind: 'resolved';
      readonly name: string;
      readonly code: string | null;
      readonly addresses: readonly string[];
    }
  /** The answer to `verify-server` of the same number. */
  | { readonly kind: 'server-verified'; readonly number: number; readonly ok: boolean; readonly fields: Fields }
  /** The answer to `verify-credential` of the same number. */
  | { readonly kind: 'credential-verified'; readonly number: number; readonly verdict: CredentialVerdict }
  /** See `RunningEngine.roomNoticed`. */
  | { readonly kind: 'room-noticed'; readonly notice: RoomNotice }
  /** `tunnels` answers, oldest question first. */
  | { readonly kind: 'list'; readonly query: TunnelQuery }
  /** See `RunningEngine.takeRules` and `reconfigure`; answered in the order of asking. */
  | { readonly kind: 'rules'; readonly hosts: readonly HostGroup[] }
  | { readonly kind: 'reconfigure'; readonly settings: LoopSettings; readonly enforce: boolean }
  /** TLS sessions that other loops have verified. */
  | { readonly kind: 'remember'; readonly sessions: readonly RememberedSession[] }
  /** Accept no more, let tunnels finish for so many ms, end the rest, then end the thread. */
  | { readonly kind: 'drain'; readonly limitMs: number }
  /** End the thread now. */
  | { readonly kind: 'stop' };

export type FromLoop =
  /** The loop accepts connections. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'resolve'; readonly name: string }
  /** A TLS session was verified here. */
  | { readonly kind: 'session-learned'; readonly session: RememberedSession }
  | {
      readonly kind: 'verify-server';
      readonly number: number;
      readonly chain: readonly Uint8Array[];
      readonly host: Host;
    }
  | {
      readonly kind: 'verify-credential';
      readonly number: number;
      readonly username: string;
      readonly password: string;
    }
  /** See `EngineHost.room`. */
  | { readonly kind: 'room'; readonly report: RoomReport }
  | { readonly kind: 'rules-taken' }
  | { readonly kind: 'reconfigured'; readonly ended: number }
  | { readonly kind: 'tunnels'; readonly list: TunnelList };
