import type { Authority } from '../address/authority.ts';
import { formatAuthority } from '../address/authority.ts';
import type { Fields } from '../events/reasons.ts';
import { onlyOwnAddresses } from '../policy/address-guard.ts';
import type { RelayFailure, RelayOutcome, RelayReason } from '../relay/handshake.ts';
import { RelayHandshake } from '../relay/handshake.ts';
import type { Route } from '../relay/routes.ts';
import type { DialFailure } from '../tunnel/input.ts';
import type { DialOwner } from './dial.ts';
import { Dial } from './dial.ts';
import { GATEWAY } from '../events/line.ts';
import type { DriverContext } from './driver.ts';
import type { Connection, ConnectionOwner, SecureOptions } from './engine.ts';
import type { TimerEntry } from './timer-wheel.ts';

/**
 * The way to a destination through one relay after the other: dial it, ask it for a tunnel, hand its connection over
 * once it said 2xx. The destination's name is not resolved here, so its address cannot be judged here: that is the
 * relay's business. Each relay gets an equal share of the time that is left, so that a dead one cannot use it up.
 */

/** The last relay is given up this much before the session itself would: its reason says more. */
const SHARE_OF_DIAL_TIME = 0.95;

export class RelayDial implements DialOwner, ConnectionOwner, TimerEntry {
  dueMs = Infinity;
  nextEntry: TimerEntry | null = null;
  previousEntry: TimerEntry | null = null;
  slot = -1;

  readonly #context: DriverContext;
  readonly #destination: Authority;
  readonly #owner: DialOwner;
  readonly #routes: readonly Route[];
  readonly #untilMs: number;
  #next = 0;
  #route: Route | null = null;
  #shareMs = 0;
  #dial: Dial | null = null;
  #connection: Connection | null = null;
  #handshake: RelayHandshake | null = null;
  #over = false;

  constructor(context: DriverContext, destination: Authority, owner: DialOwner, routes: readonly Route[]) {
    this.#context = context;
    this.#destination = destination;
    this.#owner = owner;
    this.#routes = routes;
    this.#untilMs = context.transport.now() + context.timeouts.dial * 1000 * SHARE_OF_DIAL_TIME;
  }

  start(): void {
    this.#tryNext();
  }

  cancel(): void {
    this.#over = true;
    this.#letGo();
  }

  /** The relay is connected: ask it for the tunnel. */
  dialed(connection: Connection): void {
    this.#dial = null;
    const handshake = this.#handshake;
    if (this.#over || handshake === null) return;
    this.#connection = connection;
    connection.owner = this;
    connection.send(handshake.request);
  }

  dialFailed(reason: DialFailure, fields: Fields): void {
    this.#dial = null;
    if (this.#over) return;
    // Descriptors or memory that we lack say nothing about the relay.
    if (reason === 'out-of-resources') this.#giveUp(reason, fields);
    else this.#failed(this.#failure(relayReason(reason), { detail: fields['detail'] ?? reason }));
  }

  received(connection: Connection, bytes: Uint8Array): void {
    if (connection !== this.#connection) return;
    const outcome: RelayOutcome | undefined = this.#handshake?.received(bytes);
    if (outcome?.state === 'open') this.#open(connection, outcome.rest);
    else if (outcome?.state === 'failed') this.#failed(outcome);
  }

  ended(connection: Connection): void {
    this.#closed(connection, 'it sent no more');
  }

  lost(connection: Connection, code: string): void {
    this.#closed(connection, code);
  }

  closed(connection: Connection): void {
    this.#closed(connection, 'it is closed');
  }

  drained(): void {
    // One small request was sent; there is nothing more to send.
  }

  connected(): void {
    // Told to the Dial that owned the connection before.
  }

  /** Called by the timer wheel: this relay's share of the time is over. */
  expired(): void {
    if (!this.#over)
      this.#failed(this.#failure('relay-timeout', { seconds: Number((this.#shareMs / 1000).toFixed(1)) }));
  }

  #tryNext(): void {
    const route = this.#routes[this.#next];
    if (route === undefined) return;
    const { transport, wheel, session, relays } = this.#context;
    const nowMs = transport.now();
    this.#shareMs = Math.max(this.#untilMs - nowMs, 0) / (this.#routes.length - this.#next);
    this.#next += 1;
    this.#route = route;
    this.#handshake = new RelayHandshake(route, this.#destination);
    wheel.schedule(this, nowMs + this.#shareMs);
    const secure: SecureOptions | undefined = route.secure
      ? { serverName: route.authority.host.text, trusted: relays.trusted }
      : undefined;
    this.#dial = new Dial(this.#context, route.authority, this, {
      guard: onlyOwnAddresses(session.rules.guard),
      secure,
    });
    this.#dial.start();
  }

  #open(connection: Connection, rest: Uint8Array): void {
    const route = this.#route;
    if (route === null) return;
    this.#over = true;
    this.#connection = null;
    this.#letGo();
    this.#context.relays.routes.worked(route);
    // The closing event counts what the tunnel carried, not what the relay was told.
    connection.bytesSent = 0;
    this.#owner.dialed(connection, connection.remoteAddress, { relay: route.name, rest });
  }

  #closed(connection: Connection, detail: string): void {
    if (connection !== this.#connection || this.#handshake === null) return;
    this.#failed(this.#handshake.closed(detail));
  }

  #failure(reason: RelayReason, fields: Fields): RelayFailure {
    const destination = formatAuthority(this.#destination);
    const all = { relay: this.#route?.name ?? '', destination, ...fields };
    return { state: 'failed', reason, fields: all, faulty: true, tryNext: true };
  }

  #failed({ reason, fields, faulty, tryNext }: RelayFailure): void {
    this.#letGo();
    const isNews =
      faulty && this.#route !== null && this.#context.relays.routes.failed(this.#route, this.#context.transport.now());
    if (!tryNext || this.#next >= this.#routes.length) {
      this.#giveUp(reason, fields);
      return;
    }
    // Once for each failure that is remembered: a relay that is down must be seen, but not once a tunnel.
    if (isNews) this.#context.report(403, reason, fields, GATEWAY);
    this.#tryNext();
  }

  #giveUp(reason: DialFailure, fields: Fields): void {
    this.#over = true;
    this.#letGo();
    this.#owner.dialFailed(reason, { host: this.#destination.host.text, ...fields });
  }

  /** Drops the attempt under way. */
  #letGo(): void {
    this.#context.wheel.cancel(this);
    this.#dial?.cancel();
    this.#dial = null;
    const connection = this.#connection;
    this.#connection = null;
    connection?.reset();
  }
}

/** What a failure to reach the relay is called. */
function relayReason(reason: DialFailure): RelayReason {
  if (reason === 'relay-certificate') return reason;
  // The guard asks only for the gateway's own sockets here.
  return reason === 'address-not-allowed' ? 'relay-loop' : 'relay-unreachable';
}
