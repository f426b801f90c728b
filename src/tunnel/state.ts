import type { Authority } from '../address/authority.ts';
import type { ConnectRequestParser } from '../http/connect-request.ts';
import type { Rules } from '../policy/rules.ts';
import type { HelloAssembler } from '../tls/hello-assembler.ts';
import type { HeldBytes } from './held-bytes.ts';

/**
 * What a session can be in the middle of. Each state carries only what is known by then; `TRANSITIONS` is the whole
 * life of a session and the picture in docs/states.md is checked against it.
 */
export type State =
  /** Reading the CONNECT request. */
  | { readonly name: 'reading-request'; readonly held: HeldBytes; readonly parser: ConnectRequestParser }
  /** The destination is allowed and being connected; `held` are bytes the client sent early. */
  | { readonly name: 'dialing'; readonly target: Authority; readonly held: HeldBytes; readonly paused: boolean }
  /** 200 is sent; nothing of the ClientHello is forwarded until it is whole and judged. */
  | {
      readonly name: 'observing-hello';
      readonly target: Authority;
      readonly held: HeldBytes;
      readonly assembler: HelloAssembler;
    }
  /** The ClientHello is forwarded; the server's first record decides whether this is TLS. */
  | { readonly name: 'awaiting-server'; readonly target: Authority; readonly serverName: string | null }
  /** The engine forwards bytes by itself. */
  | { readonly name: 'opaque'; readonly target: Authority }
  | { readonly name: 'closed'; readonly target: Authority | null };

export type StateName = State['name'];

/** Which state may follow which. A step that is not listed is a mistake of ours and throws. */
export const TRANSITIONS = {
  'reading-request': ['dialing', 'closed'],
  // Straight to awaiting-server when the whole ClientHello came before the answer.
  dialing: ['observing-hello', 'awaiting-server', 'closed'],
  'observing-hello': ['awaiting-server', 'closed'],
  'awaiting-server': ['opaque', 'closed'],
  opaque: [],
  closed: [],
} as const satisfies Record<StateName, readonly StateName[]>;

/** What every session of a worker shares: compiled rules and limits. Immutable. */
export interface SessionContext {
  readonly rules: Rules;
  readonly limits: { readonly headerBytes: number; readonly handshakeBytes: number };
  /** Seconds, as configured. */
  readonly timeouts: {
    readonly connectRequest: number;
    readonly clientHello: number;
    readonly dial: number;
    readonly handshake: number;
  };
}
