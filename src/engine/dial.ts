import type { Authority } from '../address/authority.ts';
import { formatAuthority } from '../address/authority.ts';
import type { IpAddress } from '../address/ip.ts';
import { causeOf } from '../dial/cause.ts';
import { Race } from '../dial/race.ts';
import type { Fields } from '../events/reasons.ts';
import type { AddressGuard } from '../policy/address-guard.ts';
import { judgeAddress } from '../policy/address-guard.ts';
import type { DialFailure } from '../tunnel/input.ts';
import type { DriverContext } from './driver.ts';
import type { Connection, ConnectionOwner, SecureOptions } from './engine.ts';
import type { TimerEntry } from './timer-wheel.ts';

/**
 * One way from a name to a connected destination: resolve, judge each address, race the allowed ones. The address that
 * was judged is the address that is dialed; nothing is resolved twice.
 */

/** Who wanted the connection. Exactly one of the two is called, once, unless the dial is cancelled. */
export interface DialOwner {
  /** @param through the relay the connection leads through, absent for a direct one */
  dialed(connection: Connection, address: string, through?: Through): void;
  dialFailed(reason: DialFailure, fields: Fields): void;
}

/** A tunnel that a relay opened. */
export interface Through {
  /** "host:port" of the relay. */
  readonly relay: string;
  /** What the destination has sent already, borrowed. */
  readonly rest: Uint8Array;
}

/** How a relay is dialed in another way than a destination. */
export interface DialOptions {
  /** Judges the addresses instead of the session's guard. */
  readonly guard: AddressGuard;
  readonly secure: SecureOptions | undefined;
}

export class Dial implements ConnectionOwner, TimerEntry {
  dueMs = Infinity;
  nextEntry: TimerEntry | null = null;
  previousEntry: TimerEntry | null = null;
  slot = -1;

  readonly #context: DriverContext;
  readonly #destination: Authority;
  readonly #owner: DialOwner;
  readonly #options: DialOptions | undefined;
  #race: Race | null = null;
  #addresses: readonly IpAddress[] = [];
  #attempts: (Connection | null)[] = [];
  #cancelLookup: (() => void) | null = null;
  #over = false;

  constructor(context: DriverContext, destination: Authority, owner: DialOwner, options?: DialOptions) {
    this.#context = context;
    this.#destination = destination;
    this.#owner = owner;
    this.#options = options;
  }

  start(): void {
    this.#cancelLookup = this.#context.resolver.resolve(this.#destination.host, (result) => {
      this.#cancelLookup = null;
      if (this.#over) return;
      if (result.ok) this.#judge(result.addresses);
      else this.#fail(result.reason, { detail: result.detail });
    });
  }

  /** Drops everything under way; the owner hears nothing more. */
  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelLookup?.();
    this.#letGo(null);
  }

  connected(connection: Connection): void {
    if (this.#over) return;
    this.#over = true;
    this.#letGo(connection);
    this.#owner.dialed(connection, connection.remoteAddress);
  }

  lost(connection: Connection, code: string): void {
    const index = this.#attempts.indexOf(connection);
    if (this.#over || index < 0) return;
    this.#attempts[index] = null;
    this.#race?.failed(code, this.#context.transport.now());
    this.#advance();
  }

  /** Called by the timer wheel: time for the next attempt. */
  expired(nowMs: number): void {
    this.#race?.tick(nowMs);
    this.#advance();
  }

  received(): void {
    // Bytes can only come after `connected`, when the tunnel owns the connection.
  }

  ended(connection: Connection): void {
    this.lost(connection, 'ECONNRESET');
  }

  drained(): void {
    // Nothing is sent before the tunnel owns the connection.
  }

  closed(connection: Connection): void {
    this.lost(connection, 'ECONNABORTED');
  }

  #judge(addresses: readonly IpAddress[]): void {
    const refused: string[] = [];
    const guard = this.#options?.guard ?? this.#context.session.rules.guard;
    const allowed = addresses.filter((address) => {
      const verdict = judgeAddress(guard, address, this.#destination.port);
      if (!verdict.allow) refused.push(String(verdict.fields['detail'] ?? address.text));
      return verdict.allow;
    });
    if (allowed.length === 0) {
      this.#fail('address-not-allowed', { detail: refused.join('; ') });
      return;
    }
    this.#race = new Race(allowed);
    this.#addresses = this.#race.addresses;
    this.#attempts = this.#addresses.map(() => null);
    this.#race.tick(this.#context.transport.now());
    this.#advance();
  }

  /** Starts the attempts the race wants now, and sees whether it is lost. */
  #advance(): void {
    const race = this.#race;
    if (race === null || this.#over) return;
    for (let index = race.take(); index !== null; index = race.take()) this.#attempt(index);
    const failure = race.failure;
    if (failure !== null) {
      const { reason, detail } = causeOf(failure);
      this.#fail(reason, { detail });
      return;
    }
    this.#context.wheel.cancel(this);
    if (race.deadlineMs !== Infinity) this.#context.wheel.schedule(this, race.deadlineMs);
  }

  #attempt(index: number): void {
    const address = this.#addresses[index];
    if (address === undefined) return;
    const { transport } = this.#context;
    this.#attempts[index] = transport.connect(address, this.#destination.port, this, this.#options?.secure);
  }

  #fail(reason: DialFailure, fields: Fields): void {
    this.#over = true;
    this.#letGo(null);
    const destination = formatAuthority(this.#destination);
    this.#owner.dialFailed(reason, { host: this.#destination.host.text, destination, ...fields });
  }

  /** Ends every attempt but the winner. */
  #letGo(winner: Connection | null): void {
    this.#context.wheel.cancel(this);
    for (const attempt of this.#attempts) if (attempt !== null && attempt !== winner) attempt.reset();
    this.#attempts = [];
  }
}
