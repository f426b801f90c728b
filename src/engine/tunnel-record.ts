import type { Authority } from '../address/authority.ts';
import { formatAuthority } from '../address/authority.ts';
import type { EventId } from '../events/catalogue.ts';
import { Subject } from '../events/line.ts';
import type { Fields, Reason } from '../events/reasons.ts';
import { reasonRow } from '../events/reasons.ts';
import { Account } from './account.ts';
import type { DriverContext } from './driver.ts';
import type { Ends } from './ends.ts';
import { bytesDown, bytesUp } from './ends.ts';
import type { TunnelRow } from './tunnel-list.ts';

/** A tunnel that stays open is reported this often. */
const INTERIM_MS = 3_600_000;

/** What a record needs of the loop. */
export type RecordContext = Pick<DriverContext, 'transport' | 'meter' | 'report' | 'timeouts'>;

/**
 * Who a tunnel is for, where it leads and since when, and everything that is told of it: its events, what it adds to the
 * counters, its row in the table.
 */
export class TunnelRecord {
  /** When the client was accepted, in ms on the engine's clock. */
  readonly openedMs: number;
  readonly #context: RecordContext;
  readonly #ends: Ends;
  readonly #account: Account;
  /** Tunnel, client, and destination once it is known: what every event of this tunnel says. */
  #subject: Subject;
  #clientAddress: string;
  #destination: Authority | null = null;
  #relay = '';
  #tls = '';
  #interimMs: number;
  /** Where between 0.9 and 1 of `timeouts.maxTunnelAge` it is old: tunnels that began together do not end together. */
  readonly #oldAt = 0.9 + Math.random() / 10;

  constructor(context: RecordContext, id: string, ends: Ends) {
    const { remoteAddress, remotePort } = ends.client;
    this.#context = context;
    this.#ends = ends;
    this.#clientAddress = remoteAddress;
    this.#subject = new Subject({ tunnel: id, client: endpoint(remoteAddress, remotePort) });
    this.openedMs = context.transport.now();
    this.#interimMs = this.openedMs + INTERIM_MS;
    this.#account = new Account(context.meter);
    context.meter.clientOpened(remoteAddress);
  }

  /** Address of the client, which is not the other end's where a load balancer is in front. */
  get clientAddress(): string {
    return this.#clientAddress;
  }

  /** Where it is allowed to lead; null until that is decided. */
  get destination(): Authority | null {
    return this.#destination;
  }

  /** "host:port" of the relay it leads through, "" for none. */
  get relay(): string {
    return this.#relay;
  }

  /** A load balancer has said who the client is. */
  clientIs(address: string, port: number): void {
    this.#context.meter.clientIs(this.#clientAddress, address);
    this.#clientAddress = address;
    this.#says({ client: endpoint(address, port) });
  }

  /** The client has proved that it is this user. */
  userIs(user: string): void {
    this.#says({ user });
  }

  dialing(destination: Authority): void {
    this.#destination = destination;
    this.#says({ destination: formatAuthority(destination) });
    this.#account.dialing(this.#context.transport.now());
  }

  dialed(relay: string): void {
    this.#relay = relay;
    this.#account.opened(this.#context.transport.now());
  }

  /** The handshake is accepted. */
  setUp(): void {
    this.#context.meter.setUp(this.#context.transport.now() - this.openedMs);
  }

  clientClosed(): void {
    this.#context.meter.clientClosed(this.#clientAddress);
  }

  /** One event about this tunnel. */
  report(event: EventId, reason: Reason | null, fields: Fields): void {
    if (event === 107) this.#tls = String(fields['version'] ?? '');
    this.#context.report(event, reason, fields, this.#subject);
  }

  /** The closing event: bytes each way, how long, who ended it and why. */
  reportEnd(reason: Reason, fields: Fields): void {
    const { blame } = reasonRow(reason);
    // A connection lost in the middle of a tunnel is a network error besides being the end of the tunnel.
    if (reason === 'client-lost' || reason === 'origin-lost') this.report(403, reason, fields);
    const moved = { bytesUp: bytesUp(this.#ends), bytesDown: bytesDown(this.#ends) };
    const durationMs = this.#ageMs(this.#context.transport.now());
    this.#account.closed(reason, durationMs, moved.bytesUp, moved.bytesDown);
    const relay = this.#relay === '' ? {} : { relay: this.#relay };
    this.report(100, reason, { ...fields, ...relay, endedBy: blame, ...moved, durationMs });
  }

  /** Counts what has moved since the last look. */
  look(nowMs: number): void {
    this.#account.look(nowMs, bytesUp(this.#ends), bytesDown(this.#ends));
  }

  /** Reports every hour that the tunnel is still there. */
  reportStillOpen(nowMs: number): void {
    if (nowMs < this.#interimMs) return;
    this.#interimMs += INTERIM_MS;
    const moved = { bytesUp: bytesUp(this.#ends), bytesDown: bytesDown(this.#ends) };
    this.report(100, 'still-open', { ageMs: this.#ageMs(nowMs), ...moved });
  }

  /** Old, and quiet for a second: nobody is in the middle of something. Not all tunnels are ever quiet, so there is an end. */
  isTooOld(nowMs: number): boolean {
    const limitMs = this.#context.timeouts.maxTunnelAge * 1000;
    if (limitMs === 0) return false;
    const ageMs = nowMs - this.openedMs;
    if (ageMs < limitMs * this.#oldAt) return false;
    const { upPerSecond, downPerSecond } = this.#account;
    return (upPerSecond === 0 && downPerSecond === 0) || ageMs >= limitMs * (this.#oldAt + 0.1);
  }

  /** The tunnel as it is now. */
  row(nowMs: number, state: string): TunnelRow {
    const { tunnel = '', client = '', destination = '' } = this.#subject.fields;
    const { upPerSecond, downPerSecond } = this.#account;
    return {
      tunnel: String(tunnel),
      client: String(client),
      destination: String(destination),
      state,
      tls: this.#tls,
      bytesUp: bytesUp(this.#ends),
      bytesDown: bytesDown(this.#ends),
      upPerSecond,
      downPerSecond,
      ageMs: this.#ageMs(nowMs),
    };
  }

  #says(fields: Fields): void {
    this.#subject = new Subject({ ...this.#subject.fields, ...fields });
  }

  #ageMs(nowMs: number): number {
    return Math.round(nowMs - this.openedMs);
  }
}

/** "address:port", with brackets around IPv6. */
export function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
