import type { Host } from '../address/host.ts';
import type { EventId } from '../events/catalogue.ts';
import type { Fields, Reason } from '../events/reasons.ts';
import { causeOf } from '../dial/cause.ts';
import type { Resolver } from '../dial/resolver.ts';
import { refuseUnread } from '../tunnel/refuse.ts';
import type { SessionContext } from '../tunnel/state.ts';
import type { Connection, Transport } from './engine.ts';
import { TimerWheel } from './timer-wheel.ts';
import { Tunnel } from './tunnel.ts';

/**
 * What stands between an engine and the sessions of one loop: makes a tunnel of each accepted connection, owns the
 * timer wheel and knows how many tunnels are open. One per engine; knows no socket.
 */

/** Writes one numbered event; `subject` is whom it is about. Must be cheap and must not throw. */
export type Report = (event: EventId, reason: Reason | null, fields: Fields, subject: Fields) => void;

const GATEWAY: Fields = {};

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
export interface DriverContext {
  readonly transport: Transport;
  readonly wheel: TimerWheel;
  readonly session: SessionContext;
  readonly resolver: Resolver;
  readonly report: Report;
  /** Absent: server certificates are not verified. */
  readonly verifyServer?: VerifyServer | undefined;
  /** Seconds, as configured. */
  readonly timeouts: { readonly idle: number; readonly halfClosed: number; readonly dial: number };
  tunnelClosed(tunnel: Tunnel): void;
}

export interface DriverOptions {
  readonly transport: Transport;
  readonly session: SessionContext;
  readonly resolver: Resolver;
  readonly report: Report;
  readonly verifyServer?: VerifyServer | undefined;
  readonly timeouts: DriverContext['timeouts'];
  /** Prefix of tunnel ids, different for every loop and every start. */
  readonly idPrefix: string;
  /** Told when the last open tunnel has closed. */
  readonly idle?: () => void;
}

export class Driver {
  readonly #context: DriverContext;
  readonly #tunnels = new Set<Tunnel>();
  readonly #idPrefix: string;
  readonly #idle: () => void;
  #sequence = 0;
  #refusedClients = 0;
  #tellRefusedMs = 0;

  constructor(options: DriverOptions) {
    if (options.verifyServer === undefined && options.session.rules.tls.serverCertificate !== 'off') {
      throw new Error('tls.serverCertificate is not "off", but nothing here verifies server certificates');
    }
    this.#idPrefix = options.idPrefix;
    this.#idle = options.idle ?? (() => undefined);
    this.#context = {
      transport: options.transport,
      wheel: new TimerWheel(options.transport.now()),
      session: options.session,
      resolver: options.resolver,
      report: options.report,
      verifyServer: options.verifyServer,
      timeouts: options.timeouts,
      tunnelClosed: (tunnel) => {
        this.#forget(tunnel);
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

  /** Lets deadlines pass. */
  tick(): void {
    this.#context.wheel.advance(this.#context.transport.now());
  }

  /** Ends all tunnels that are still open. */
  cutAll(reason: Reason): void {
    for (const tunnel of [...this.#tunnels]) tunnel.cut(reason);
  }

  #forget(tunnel: Tunnel): void {
    this.#tunnels.delete(tunnel);
    if (this.#tunnels.size === 0) this.#idle();
  }
}
