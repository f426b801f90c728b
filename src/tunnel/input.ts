import type { Fields } from '../events/reasons.ts';

/** Which end of the tunnel. `origin` is the destination server, or the relay in front of it. */
export type Side = 'client' | 'origin';

export function otherSide(side: Side): Side {
  return side === 'client' ? 'origin' : 'client';
}

/** Why no connection to the origin came about; the keys are the reasons that can befall a dial. */
export type DialFailure =
  | 'address-not-allowed'
  | 'name-not-found'
  | 'name-resolution-failed'
  | 'connection-refused'
  | 'unreachable'
  | 'connect-failed'
  | 'connect-timeout'
  | 'out-of-resources'
  | 'relay-unreachable'
  | 'relay-timeout'
  | 'relay-certificate'
  | 'relay-refused'
  | 'relay-authentication'
  | 'relay-malformed'
  | 'relay-closed'
  | 'relay-loop';

/** Why a client gets no tunnel although it may have one. */
export type LimitReason = 'gateway-busy' | 'too-many-tunnels' | 'too-many-tunnels-of-client' | 'too-many-new-tunnels';

/** A fact told to the session. Bytes are borrowed: they are valid until `on` returns and its commands are carried out. */
export type Input =
  | { readonly kind: 'received'; readonly from: Side; readonly bytes: Uint8Array }
  | { readonly kind: 'ended'; readonly from: Side }
  /** The connection failed; `reset` tells an RST from any other loss. */
  | { readonly kind: 'lost'; readonly from: Side; readonly reset: boolean; readonly detail: string }
  /** The destination is connected; `address` is the one dialed, as text. */
  | { readonly kind: 'dialed'; readonly address: string }
  | { readonly kind: 'dial-failed'; readonly reason: DialFailure; readonly fields: Fields }
  /** The answer to `verify-server`; `fields` are those of the reason `server-certificate` when it is not `ok`. */
  | { readonly kind: 'server-verified'; readonly ok: boolean; readonly fields: Fields }
  /** The answer to `authenticate`; `busy`: it could not be verified now. */
  | { readonly kind: 'authenticated'; readonly verdict: 'known' | 'unknown' | 'busy'; readonly user: string }
  /** The answer to `admit`; null when there is room, which is the tunnel's then. */
  | { readonly kind: 'admitted'; readonly reason: LimitReason | null; readonly fields: Fields }
  /** `session.deadline` has passed. */
  | { readonly kind: 'deadline' };
