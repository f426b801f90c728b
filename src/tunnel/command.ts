import type { Authority } from '../address/authority.ts';
import type { Host } from '../address/host.ts';
import type { EventId } from '../events/catalogue.ts';
import type { Fields, Reason } from '../events/reasons.ts';
import type { Side } from './input.ts';

/** An order from the session to whoever drives it, carried out in the order given after `session.on` has returned. */
export type Command =
  /** Bytes are borrowed until the command is carried out; who cannot write them at once copies them. */
  | { readonly kind: 'send'; readonly to: Side; readonly bytes: Uint8Array }
  /** Stop and start reading from the client while there is no place for its bytes. */
  | { readonly kind: 'pause' | 'resume'; readonly side: Side }
  /** A load balancer has said whose connection this is; everything about the client is told of this address. */
  | { readonly kind: 'client-is'; readonly address: string; readonly port: number }
  /** The client has said who it is, and it is true; events name this user from now on. */
  | { readonly kind: 'user-is'; readonly user: string }
  /** Is it this user's password? The answer is the input `authenticated`. Never logged, never forwarded. */
  | { readonly kind: 'authenticate'; readonly username: string; readonly password: string }
  /** Is there room for one more tunnel of this client? The answer is the input `admitted`. */
  | { readonly kind: 'admit' }
  | { readonly kind: 'dial'; readonly destination: Authority }
  | { readonly kind: 'report'; readonly event: EventId; readonly reason: Reason | null; readonly fields: Fields }
  /**
   * The chain the server showed (TLS up to 1.2), its own certificate first, DER. The answer is the input
   * `server-verified`; it may come after the session is over, see `tls.serverCertificate: "report"`.
   */
  | { readonly kind: 'verify-server'; readonly chain: readonly Uint8Array[]; readonly host: Host }
  /** Half-close: FIN behind everything sent. */
  | { readonly kind: 'end'; readonly to: Side }
  /** The session is over: the engine forwards bytes by itself from now on. */
  | { readonly kind: 'go-opaque' }
  /** Send what is queued, then close both sides. `silent`: no closing event (a probe, or a refusal already reported). */
  | { readonly kind: 'close'; readonly reason: Reason; readonly fields: Fields; readonly silent: boolean };
