import type { Authority } from '../address/authority.ts';
import type { ConnectRequestParser } from '../http/connect-request.ts';
import type { ShownCertificate } from './shown-certificate.ts';
import type { Rules } from '../policy/rules.ts';
import type { HelloAssembler } from '../tls/hello-assembler.ts';
import type { Side } from './input.ts';
import type { HeldBytes } from './held-bytes.ts';
import type { SessionMemory } from './session-memory.ts';
import type { WatchedHandshake } from './watched-handshake.ts';

/**
 * What a session can be in the middle of. Each state carries only what is known by then; `TRANSITIONS` is the whole
 * life of a session and the picture in docs/states.md is checked against it.
 */
export type State =
  /** Reading the PROXY header of a load balancer; `client` is the address of whoever has connected. */
  | { readonly name: 'reading-proxy-header'; readonly client: string; readonly held: HeldBytes }
  /** Reading the CONNECT request of the client with this address. */
  | {
      readonly name: 'reading-request';
      readonly client: string;
      /** What it has shown in the TLS handshake with the gateway; null without one. */
      readonly shown: ShownCertificate | null;
      readonly held: HeldBytes;
      readonly parser: ConnectRequestParser;
    }
  /** It is asked who the client is, then whether there is room for its tunnel; `held` are bytes the client sent early. */
  | {
      readonly name: 'admitting';
      readonly client: string;
      readonly target: Authority;
      readonly asked: 'user' | 'room';
      readonly held: HeldBytes;
      readonly paused: boolean;
    }
  /** The destination is allowed and being connected; `held` are bytes the client sent early. */
  | {
      readonly name: 'dialing';
      readonly target: Authority;
      readonly held: HeldBytes;
      readonly paused: boolean;
      /** When CONNECT was read, on the clock that `on` is told. */
      readonly connectMs: number;
    }
  /** 200 is sent; nothing of the ClientHello is forwarded until it is whole and judged. */
  | {
      readonly name: 'observing-hello';
      readonly target: Authority;
      readonly held: HeldBytes;
      readonly assembler: HelloAssembler;
      readonly connectMs: number;
    }
  /** The ClientHello is forwarded; nothing of the server's answer is until its ServerHello is judged. */
  | { readonly name: 'awaiting-server'; readonly target: Authority; readonly handshake: WatchedHandshake }
  /** The ServerHello is judged; both sides are watched until the handshake is over. */
  | { readonly name: 'observing-handshake'; readonly target: Authority; readonly handshake: WatchedHandshake }
  /** A fatal alert has passed: nothing more does, both sides have to close. */
  | {
      readonly name: 'ending';
      readonly target: Authority;
      readonly reason: 'client-alert' | 'origin-alert';
      readonly alert: string;
      readonly ended: Side | null;
    }
  /** The engine forwards bytes by itself. */
  | { readonly name: 'opaque'; readonly target: Authority }
  | { readonly name: 'closed'; readonly target: Authority | null };

export type StateName = State['name'];

/** Which state may follow which. A step that is not listed is a mistake of ours and throws. */
export const TRANSITIONS = {
  // Further than reading-request when the request came behind the header.
  'reading-proxy-header': ['reading-request', 'admitting', 'dialing', 'closed'],
  // Straight to dialing while no client has to say who it is and nothing is limited.
  'reading-request': ['admitting', 'dialing', 'closed'],
  admitting: ['dialing', 'closed'],
  // Further than observing-hello when the whole ClientHello, or what is none, came before the answer.
  dialing: ['observing-hello', 'awaiting-server', 'opaque', 'ending', 'closed'],
  // Straight to opaque only with mode "report".
  'observing-hello': ['awaiting-server', 'opaque', 'ending', 'closed'],
  // Straight to opaque when both sides' first encrypted records are there already.
  'awaiting-server': ['observing-handshake', 'opaque', 'ending', 'closed'],
  'observing-handshake': ['opaque', 'ending', 'closed'],
  ending: ['closed'],
  opaque: [],
  closed: [],
} as const satisfies Record<StateName, readonly StateName[]>;

/** What every session of a worker shares: compiled rules and limits. Immutable. */
export interface SessionContext {
  readonly rules: Rules;
  /** True when a tunnel has to ask for room, see `admit`. */
  readonly limited: boolean;
  readonly limits: { readonly headerBytes: number; readonly handshakeBytes: number };
  /** Sessions that may be resumed; null when client certificates are not checked. */
  readonly sessions: SessionMemory | null;
  /** Seconds, as configured. */
  readonly timeouts: {
    readonly connectRequest: number;
    readonly clientHello: number;
    readonly dial: number;
    readonly handshake: number;
  };
}
