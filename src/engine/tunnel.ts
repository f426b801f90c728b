import { parseIp } from '../address/ip.ts';
import type { Fields, Reason } from '../events/reasons.ts';
import { reasonRow } from '../events/reasons.ts';
import { judgeAddress } from '../policy/address-guard.ts';
import { judgeDestination } from '../policy/destination.ts';
import type { Rules } from '../policy/rules.ts';
import type { Side } from '../tunnel/input.ts';
import { otherSide } from '../tunnel/input.ts';
import type { SessionContext } from '../tunnel/state.ts';
import { Closing } from './closing.ts';
import type { DriverContext } from './driver.ts';
import { closeBoth, connectionOf, lastActiveMs, resetBoth, sideOf } from './ends.ts';
import type { Connection, ConnectionOwner } from './engine.ts';
import type { TunnelInTheMaking } from './setting-up.ts';
import { SettingUp } from './setting-up.ts';
import type { TimerEntry } from './timer-wheel.ts';
import type { TunnelRow } from './tunnel-list.ts';
import { TunnelRecord } from './tunnel-record.ts';

/**
 * What a tunnel is in the middle of, in this order. `opaque` is left out when the session ends the tunnel; what happens
 * while it is opaque is little and stands here.
 */
type Phase = SettingUp | 'opaque' | Closing | 'closed';

/** One client and what it asked for, from accept until both descriptors are closed. Same for every engine. */
export class Tunnel implements ConnectionOwner, TunnelInTheMaking {
  dueMs = Infinity;
  nextEntry: TimerEntry | null = null;
  previousEntry: TimerEntry | null = null;
  slot = -1;

  readonly client: Connection;
  origin: Connection | null = null;
  clientEnded = false;
  originEnded = false;

  readonly #context: DriverContext;
  readonly #record: TunnelRecord;
  #phase: Phase;
  #openConnections = 1;

  constructor(context: DriverContext, id: string, client: Connection) {
    this.#context = context;
    this.client = client;
    this.#record = new TunnelRecord(context, id, this);
    this.#phase = new SettingUp(context, this.#record, this);
  }

  connected(): void {
    // Told to the Dial that owned the connection before; a tunnel only gets connections that are connected.
  }

  received(connection: Connection, bytes: Uint8Array): void {
    // While closing, what still arrives is read and dropped, so that our answer is not overtaken by a reset.
    if (!(this.#phase instanceof SettingUp)) return;
    this.#phase.tell({ kind: 'received', from: sideOf(this, connection), bytes });
  }

  ended(connection: Connection): void {
    const side = sideOf(this, connection);
    if (side === 'client') this.clientEnded = true;
    else this.originEnded = true;
    if (this.#phase instanceof SettingUp) this.#phase.tell({ kind: 'ended', from: side });
    else if (this.#phase === 'opaque') this.#halfClosed(side);
    else if (this.#phase instanceof Closing) this.#phase.ended(connection);
  }

  lost(connection: Connection, code: string): void {
    const from = sideOf(this, connection);
    const reset = code === 'ECONNRESET' || code === 'EPIPE';
    if (this.#phase instanceof SettingUp) {
      this.#phase.tell({ kind: 'lost', from, reset, detail: code });
    } else if (this.#phase === 'opaque') {
      const survivor = connectionOf(this, otherSide(from));
      const closing = this.#beginClosing(lossReason(from, reset), { detail: code });
      if (survivor !== null) closing.resetAfterFlush(survivor);
    }
  }

  drained(connection: Connection): void {
    // What it was sent came from the other side, which was paused since.
    if (this.#phase instanceof SettingUp) connectionOf(this, otherSide(sideOf(this, connection)))?.resumeReading();
    else if (this.#phase instanceof Closing) this.#phase.drained(connection);
  }

  closed(connection: Connection): void {
    this.#openConnections -= 1;
    if (connection === this.client) this.#record.clientClosed();
    const dialing = this.#phase instanceof SettingUp && this.#phase.isDialing;
    if (this.#openConnections > 0 || dialing) return;
    if (!(this.#phase instanceof Closing)) {
      this.#beginClosing(connection === this.client ? 'client-lost' : 'origin-lost');
    }
    const { holder } = this;
    this.#phase = 'closed';
    if (holder !== null) this.#context.admission.give(holder);
    this.#context.wheel.cancel(this);
    this.#context.tunnelClosed(this);
  }

  /** Called by the timer wheel. */
  expired(nowMs: number): void {
    if (this.#phase === 'opaque') this.#checkIdle(nowMs);
    else if (this.#phase !== 'closed') this.#phase.expired(nowMs);
  }

  connectedTo(origin: Connection): void {
    this.origin = origin;
    this.#openConnections += 1;
    origin.owner = this;
  }

  goOpaque(): void {
    const { client, origin } = this;
    if (origin === null) throw new Error('session went opaque without a destination');
    this.#leave('opaque');
    this.#record.setUp();
    client.spliceTo(origin);
    origin.spliceTo(client);
    if (this.clientEnded) this.#halfClosed('client');
    else this.#scheduleIdle();
  }

  close(reason: Reason, fields: Fields, silent: boolean): void {
    const { event, status } = reasonRow(reason);
    const isAnswered = event !== 100 || status !== undefined;
    const closing = this.#beginClosing(reason, fields, silent);
    const survivor = reason === 'client-reset' ? this.origin : reason === 'origin-reset' ? this.client : null;
    if (survivor !== null) closing.resetAfterFlush(survivor);
    else if (isAnswered) closing.linger();
    else closeBoth(this);
  }

  failed(error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#record.report(400, 'internal-error', { detail });
    this.#beginClosing('internal-error');
    resetBoth(this);
  }

  /** A reload: what this client has still to say is judged anew. */
  reconfigure(context: SessionContext): void {
    if (this.#phase instanceof SettingUp) this.#phase.reconfigure(context);
  }

  /** Ends the tunnel when it leads where these rules allow none. @returns whether it was ended */
  enforce(rules: Rules): boolean {
    const { destination, relay } = this.#record;
    if (destination === null || !this.#isOpen) return false;
    // Behind a relay the address is the relay's.
    const address = this.origin === null || relay !== '' ? null : parseIp(this.origin.remoteAddress);
    const verdict = judgeDestination(rules.destination, destination);
    const allowed = verdict.allow && (address === null || judgeAddress(rules.guard, address, destination.port).allow);
    if (!allowed) this.cut('no-longer-allowed', { host: destination.host.text });
    return !allowed;
  }

  /** Ends the tunnel from outside, e.g. when the drain time is over. */
  cut(reason: Reason, fields: Fields = {}): void {
    if (!this.#isOpen) return;
    this.#beginClosing(reason, fields, this.#record.destination === null);
    closeBoth(this);
  }

  /** Called once a second: tells what has moved, and every hour that the tunnel is still there. */
  look(nowMs: number): void {
    if (this.origin === null) return;
    this.#record.look(nowMs);
    if (this.#phase !== 'opaque') return;
    if (this.#record.isTooOld(nowMs)) this.cut('max-age', { seconds: this.#context.timeouts.maxTunnelAge });
    else this.#record.reportStillOpen(nowMs);
  }

  /** Address of the client when the tunnel counts against the limits, as it does from the dial on; else null. */
  get holder(): string | null {
    const holdsRoom = this.#record.destination !== null && this.#phase !== 'closed';
    return holdsRoom ? this.#record.clientAddress : null;
  }

  /** The tunnel as it is now. */
  row(nowMs: number): TunnelRow {
    return this.#record.row(nowMs, typeof this.#phase === 'string' ? this.#phase : this.#phase.state);
  }

  get #isOpen(): boolean {
    return this.#phase instanceof SettingUp || this.#phase === 'opaque';
  }

  /** One side has sent its FIN: pass it on behind the bytes before it; the other direction goes on. */
  #halfClosed(from: Side): void {
    if (this.clientEnded && this.originEnded) {
      this.#beginClosing(from === 'client' ? 'client-closed' : 'origin-closed');
      closeBoth(this);
      return;
    }
    connectionOf(this, otherSide(from))?.end();
    this.#scheduleIdle();
  }

  #checkIdle(nowMs: number): void {
    const seconds = this.#quietSeconds;
    if (nowMs < lastActiveMs(this) + seconds * 1000) {
      this.#scheduleIdle();
      return;
    }
    this.#beginClosing(this.#isHalfClosed ? 'half-closed-timeout' : 'idle-timeout', { seconds });
    resetBoth(this);
  }

  #scheduleIdle(): void {
    this.#context.wheel.schedule(this, lastActiveMs(this) + this.#quietSeconds * 1000);
  }

  get #isHalfClosed(): boolean {
    return this.clientEnded || this.originEnded;
  }

  /** How long nothing may move. */
  get #quietSeconds(): number {
    const { halfClosed, idle } = this.#context.timeouts;
    return this.#isHalfClosed ? halfClosed : idle;
  }

  /** Reports the end, unless `silent`; what remains is to let go of the connections. */
  #beginClosing(reason: Reason, fields: Fields = {}, silent = false): Closing {
    if (!silent) this.#record.reportEnd(reason, fields);
    const closing = new Closing(this.#context, this);
    this.#leave(closing);
    return closing;
  }

  #leave(next: Phase): void {
    if (this.#phase instanceof SettingUp) this.#phase.end();
    this.#phase = next;
  }
}

function lossReason(from: Side, reset: boolean): Reason {
  if (from === 'client') return reset ? 'client-reset' : 'client-lost';
  return reset ? 'origin-reset' : 'origin-lost';
}
