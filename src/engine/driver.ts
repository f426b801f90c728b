import type { Host } from '../address/host.ts';
import type { EventId } from '../events/catalogue.ts';
import { GATEWAY, Subject } from '../events/line.ts';
import type { Fields, Reason } from '../events/reasons.ts';
import { causeOf } from '../dial/cause.ts';
import type { Resolver } from '../dial/resolver.ts';
import type { RelayRoutes } from '../relay/routes.ts';
import { refuseUnread } from '../tunnel/refuse.ts';
import type { Meter } from '../metrics/meter.ts';
import type { Admission } from './admission.ts';
import type { Authenticator } from './authenticator.ts';
import type { SessionContext } from '../tunnel/state.ts';
import type { Connection, Transport } from './engine.ts';
import { TimerWheel } from './timer-wheel.ts';
import type { TunnelList, TunnelQuery } from './tunnel-list.ts';
import { TunnelListBuilder } from './tunnel-list.ts';
import { Tunnel } from './tunnel.ts';
import { endpoint } from './tunnel-record.ts';

/**
 * What stands between an engine and the sessions of one loop: makes a tunnel of each accepted connection, owns the
 * timer wheel and knows how many tunnels are open. One per engine; knows no socket.
 */

/** Writes one numbered event; `subject` is whom it is about. Must be cheap and must not throw. */
export type Report = (event: EventId, reason: Reason | null, fields: Fields, subject: Subject) => void;

/**
 * Verifies a server's chain for a host, off the loop, and tells the verdict later, never inside the call. `fields` are
 * those of the reason `server-certificate`.
 */
export type VerifyServer = (
  chain: readonly Uint8Array[],
  host: Host,
  done: (ok: boolean, fields: Fields) => void,
) => void;

/** What all tunnels of a loop share. */
export interface DriverContext extends Readonly<Configured> {
  readonly transport: Transport;
  readonly wheel: TimerWheel;
  readonly report: Report;
  readonly meter: Meter;
  readonly verifyServer: VerifyServer;
  readonly admission: Admission;
  tunnelClosed(tunnel: Tunnel): void;
}

/** What a reload replaces. */
export interface Configured {
  session: SessionContext;
  authenticator: Authenticator;
  resolver: Resolver;
  /** How destinations are reached through relays. */
  relays: RelayAccess;
  /** Seconds, as configured. */
  timeouts: {
    readonly idle: number;
    readonly halfClosed: number;
    readonly dial: number;
    readonly maxTunnelAge: number;
  };
}

/** The relays, and what certificates of `https://` ones are held against. */
export interface RelayAccess {
  readonly routes: RelayRoutes;
  /** PEM certificates trusted instead of the system's; none: the system's. */
  readonly trusted: readonly string[];
}

export interface DriverOptions extends Readonly<Configured> {
  readonly transport: Transport;
  readonly report: Report;
  readonly meter: Meter;
  readonly verifyServer: VerifyServer;
  readonly admission: Admission;
  /** Prefix of tunnel ids, different for every loop and every start. */
  readonly idPrefix: string;
}

/** How often the tunnels are looked at. */
const LOOK_MS = 1_000;

export class Driver {
  readonly #context: DriverContext & Configured;
  readonly #tunnels = new Set<Tunnel>();
  readonly #idPrefix: string;
  #sequence = 0;
  #refusedClients = 0;
  #tellRefusedMs = 0;
  #lookMs = 0;
  /** When `tick` was called last; 0 while nothing was waiting. */
  #tickedMs = 0;

  constructor(options: DriverOptions) {
    const { idPrefix, ...shared } = options;
    this.#idPrefix = idPrefix;
    this.#context = {
      ...shared,
      wheel: new TimerWheel(options.transport.now()),
      tunnelClosed: (tunnel) => {
        this.#tunnels.delete(tunnel);
      },
    };
  }

  /** Tunnels open now, those that are still being set up or closed included. */
  get open(): number {
    return this.#tunnels.size;
  }

  /** True while some deadline waits, so that `tick` has to be called. */
  get ticking(): boolean {
    return this.#context.wheel.size > 0;
  }

  /** Milliseconds between calls of `tick`. */
  get tickMs(): number {
    return this.#context.wheel.tickMs;
  }

  /** Takes over a connection just accepted. */
  accept(connection: Connection): void {
    this.#sequence += 1;
    const tunnel = new Tunnel(this.#context, `${this.#idPrefix}-${this.#sequence.toString(36)}`, connection);
    connection.owner = tunnel;
    this.#tunnels.add(tunnel);
  }

  /**
   * A client came that could not be taken for lack of descriptors.
   * @param code errno name, "EMFILE" or "ENFILE"
   * @returns the answer that client gets
   */
  refuseClient(code: string): Uint8Array {
    const { detail } = causeOf(code);
    const nowMs = this.#context.transport.now();
    this.#refusedClients += 1;
    if (nowMs >= this.#tellRefusedMs) {
      // One event a second: a flood of clients must not become a flood of lines.
      this.#tellRefusedMs = nowMs + 1_000;
      this.#context.report(403, 'out-of-resources', { detail, refusedClients: this.#refusedClients }, GATEWAY);
      this.#refusedClients = 0;
    }
    return refuseUnread('out-of-resources', { detail });
  }

  /** A client that was to speak TLS with the gateway did not get through its handshake. */
  handshakeFailed(address: string, port: number, detail: string): void {
    const client = new Subject({ client: endpoint(address, port) });
    this.#context.report(402, 'gateway-handshake-failed', { detail }, client);
  }

  /** Lets deadlines pass; once a second looks at what the tunnels have moved. */
  tick(): void {
    const nowMs = this.#context.transport.now();
    const { meter, wheel } = this.#context;
    if (nowMs >= this.#lookMs) {
      this.#lookMs = nowMs + LOOK_MS;
      meter.secondOver();
      for (const tunnel of this.#tunnels) tunnel.look(nowMs);
    }
    if (this.#tickedMs > 0) meter.late(Math.max(0, nowMs - this.#tickedMs - wheel.tickMs));
    wheel.advance(nowMs);
    this.#tickedMs = this.ticking ? nowMs : 0;
  }

  /** The tunnels of this loop, as far as they fit the query. */
  list(query: TunnelQuery): TunnelList {
    const nowMs = this.#context.transport.now();
    const builder = new TunnelListBuilder(query);
    for (const tunnel of this.#tunnels) builder.add(tunnel.row(nowMs));
    return builder.list;
  }

  /**
   * Judges by a new configuration from now on, also those who have connected already and not asked for anything yet.
   * Tunnels that are open, and requests that are allowed already, go on.
   */
  reconfigure(configured: Readonly<Configured>): void {
    Object.assign(this.#context, configured);
    for (const tunnel of this.#tunnels) tunnel.reconfigure(configured.session);
  }

  /** The clients of all tunnels that are open or being opened, one entry each. */
  holders(): string[] {
    return [...this.#tunnels].flatMap((tunnel) => tunnel.holder ?? []);
  }

  /** Ends the tunnels that the rules in effect would refuse. @returns how many */
  enforce(): number {
    const { rules } = this.#context.session;
    return [...this.#tunnels].filter((tunnel) => tunnel.enforce(rules)).length;
  }

  /** Ends all tunnels that are still open. */
  cutAll(reason: Reason): void {
    for (const tunnel of [...this.#tunnels]) tunnel.cut(reason);
  }
}
