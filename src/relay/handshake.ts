import type { Authority } from '../address/authority.ts';
import { formatAuthority } from '../address/authority.ts';
import type { Fields, RefusalReason } from '../events/reasons.ts';
import { connectRequest } from './request.ts';
import type { RelayResponse } from './response.ts';
import { RelayResponseParser } from './response.ts';
import type { Route } from './routes.ts';

/**
 * The talk with one relay about one destination, without a socket: what to send, what the answer means. Nothing of the
 * client goes to the relay before its 2xx (CVE-2025-64763 is what happens otherwise).
 */

export type RelayReason = Extract<RefusalReason, `relay-${string}`>;

export interface RelayFailure {
  readonly state: 'failed';
  readonly reason: RelayReason;
  readonly fields: Fields;
  /** True when the relay itself is at fault: the next one is tried, and this one is remembered. */
  readonly faulty: boolean;
  /** True when another relay may do better with this destination. */
  readonly tryNext: boolean;
}

export type RelayOutcome =
  | { readonly state: 'waiting' }
  /** The tunnel is open; `rest` are its first bytes from the destination, borrowed. */
  | { readonly state: 'open'; readonly rest: Uint8Array }
  | RelayFailure;

const WAITING: RelayOutcome = { state: 'waiting' };

export class RelayHandshake {
  readonly #route: Route;
  readonly #destination: Authority;
  readonly #parser = new RelayResponseParser();

  constructor(route: Route, destination: Authority) {
    this.#route = route;
    this.#destination = destination;
  }

  /** What to send as soon as the relay is connected. */
  get request(): Uint8Array {
    return connectRequest(this.#destination, this.#route.credential);
  }

  /** Bytes of the relay. After another answer than `waiting` the handshake is over. */
  received(bytes: Uint8Array): RelayOutcome {
    const parsed = this.#parser.read(bytes);
    switch (parsed.state) {
      case 'need-more':
        return WAITING;
      case 'malformed':
        return this.#failed('relay-malformed', { detail: parsed.detail }, true, true);
      case 'done':
        return this.#judge(parsed.response, parsed.rest);
    }
  }

  /** The relay closed or lost the connection before its answer was complete. */
  closed(detail: string): RelayFailure {
    return this.#failed('relay-closed', { detail }, true, true);
  }

  #judge({ status, schemes }: RelayResponse, rest: Uint8Array): RelayOutcome {
    if (status < 300) return { state: 'open', rest };
    if (status === 407) {
      const detail = authenticationDetail(this.#route.credential !== null, schemes);
      return this.#failed('relay-authentication', { receivedStatus: status, detail }, true, true);
    }
    // A server error may be about this relay or about the destination: worth another relay, not worth remembering.
    return this.#failed('relay-refused', { receivedStatus: status }, false, status >= 500);
  }

  #failed(reason: RelayReason, fields: Fields, faulty: boolean, tryNext: boolean): RelayFailure {
    const destination = formatAuthority(this.#destination);
    return { state: 'failed', reason, fields: { relay: this.#route.name, destination, ...fields }, faulty, tryNext };
  }
}

/** Names the keys to look at, never what they hold. */
function authenticationDetail(sent: boolean, schemes: readonly string[]): string {
  if (schemes.length > 0 && !schemes.includes('basic')) {
    return `it takes only ${schemes.join(', ')}, and the gateway speaks Basic`;
  }
  return sent
    ? 'it does not accept relayProxy.username with this relayProxy.password'
    : 'it wants relayProxy.username and relayProxy.password, which are not set';
}
