import type { Authority } from '../address/authority.ts';
import { formatAuthority } from '../address/authority.ts';
import { parseIp } from '../address/ip.ts';
import type { EventId } from '../events/catalogue.ts';
import { Subject } from '../events/line.ts';
import type { Fields, Reason } from '../events/reasons.ts';
import { reasonRow } from '../events/reasons.ts';
import { judgeAddress } from '../policy/address-guard.ts';
import { judgeDestination } from '../policy/destination.ts';
import type { Rules } from '../policy/rules.ts';
import type { Command } from '../tunnel/command.ts';
import type { Input, LimitReason, Side } from '../tunnel/input.ts';
import { otherSide } from '../tunnel/input.ts';
import { Session } from '../tunnel/session.ts';
import type { SessionContext } from '../tunnel/state.ts';
import { Account } from './account.ts';
import type { Through } from './dial.ts';
import type { Dialing } from './open-dial.ts';
import { openDial } from './open-dial.ts';
import type { DriverContext } from './driver.ts';
import type { Connection, ConnectionOwner } from './engine.ts';
import type { TimerEntry } from './timer-wheel.ts';
import type { TunnelRow } from './tunnel-list.ts';

/**
 * One client and what it asked for: carries out the session's commands on connections, and looks after half-close,
 * time-outs and the closing event once the session is over. Same for every engine.
 */

/** A refused client gets this long to read its answer and close by itself before its descriptor is taken away. */
const LINGER_MS = 2_000;
/** A reset follows bytes that were just handed to the kernel at this distance, because an RST overtakes them. */
const RESET_GRACE_MS = 500;
/** A tunnel that stays open is reported this often. */
const INTERIM_MS = 3_600_000;

/** Command lists that wait for their next use. */
const spare: Command[][] = [];

type Phase = 'session' | 'opaque' | 'closing' | 'closed';

export class Tunnel implements ConnectionOwner, TimerEntry {
  dueMs = Infinity;
  nextEntry: TimerEntry | null = null;
  previousEntry: TimerEntry | null = null;
  slot = -1;

  readonly #context: DriverContext;
  readonly #client: Connection;
  /** Address of the client, which is not the other end's where a load balancer is in front. */
  #clientAddress: string;
  readonly #openedMs: number;
  /** Tunnel, client, and destination once it is known: what every event of this tunnel says. */
  #subject: Subject;
  #target: Authority | null = null;
  readonly #account: Account;
  #interimMs: number;
  /** Where between 0.9 and 1 of `timeouts.maxTunnelAge` it is old: tunnels that began together do not end together. */
  readonly #oldAt = 0.9 + Math.random() / 10;
  #tls = '';
  #session: Session | null;
  #phase: Phase = 'session';
  #origin: Connection | null = null;
  #dial: Dialing | null = null;
  /** The relay the tunnel leads through, "" for none. */
  #relay = '';
  /** It counts against the limits. */
  #holdsRoom = false;
  #clientEnded = false;
  #originEnded = false;
  #openConnections = 1;
  /** Set while `closing`: who is to get an RST once it has taken its bytes. */
  #resetting: Connection | null = null;

  constructor(context: DriverContext, id: string, client: Connection) {
    this.#context = context;
    this.#client = client;
    this.#clientAddress = client.remoteAddress;
    this.#subject = new Subject({ tunnel: id, client: endpoint(client.remoteAddress, client.remotePort) });
    this.#openedMs = context.transport.now();
    this.#interimMs = this.#openedMs + INTERIM_MS;
    this.#account = new Account(context.meter);
    context.meter.clientOpened(client.remoteAddress);
    this.#session = new Session(context.session, this.#openedMs, client.remoteAddress, client.shown);
    context.wheel.schedule(this, this.#session.deadlineMs);
  }

  received(connection: Connection, bytes: Uint8Array): void {
    // While closing, what still arrives is read and dropped, so that our answer is not overtaken by a reset.
    if (this.#phase === 'session') this.#tell({ kind: 'received', from: this.#sideOf(connection), bytes });
  }

  ended(connection: Connection): void {
    const side = this.#sideOf(connection);
    if (side === 'client') this.#clientEnded = true;
    else this.#originEnded = true;
    if (this.#phase === 'session') this.#tell({ kind: 'ended', from: side });
    else if (this.#phase === 'opaque') this.#halfClosed(side);
    else if (this.#phase === 'closing' && this.#resetting === null) connection.close();
  }

  lost(connection: Connection, code: string): void {
    const from = this.#sideOf(connection);
    const reset = code === 'ECONNRESET' || code === 'EPIPE';
    if (this.#phase === 'session') {
      this.#tell({ kind: 'lost', from, reset, detail: code });
    } else if (this.#phase === 'opaque') {
      this.#report100(lossReason(from, reset), { detail: code });
      this.#resetAfterFlush(from === 'client' ? this.#origin : this.#client);
    }
  }

  drained(connection: Connection): void {
    if (this.#phase === 'session') {
      const source = connection === this.#client ? this.#origin : this.#client;
      source?.resumeReading();
    } else if (this.#phase === 'closing' && this.#resetting === connection) {
      this.#resetAfterFlush(connection);
    }
  }

  closed(connection: Connection): void {
    this.#openConnections -= 1;
    if (connection === this.#client) this.#context.meter.clientClosed(this.#clientAddress);
    if (this.#openConnections > 0 || this.#dial !== null) return;
    if (this.#phase !== 'closing')
      this.#beginClosing(connection === this.#client ? 'client-lost' : 'origin-lost', false);
    this.#phase = 'closed';
    if (this.#holdsRoom) this.#context.admission.give(this.#clientAddress);
    this.#context.wheel.cancel(this);
    this.#context.tunnelClosed(this);
  }

  connected(): void {
    // Told to the Dial that owned the connection before; a tunnel only gets connections that are connected.
  }

  /** Called by the timer wheel. */
  expired(nowMs: number): void {
    switch (this.#phase) {
      case 'session':
        if (nowMs >= (this.#session?.deadlineMs ?? Infinity)) this.#tell({ kind: 'deadline' });
        else this.#schedule();
        return;
      case 'opaque':
        this.#checkIdle(nowMs);
        return;
      case 'closing':
        this.#giveUp();
        return;
      case 'closed':
        return;
    }
  }

  /** A reload: what this client has still to say is judged anew. */
  reconfigure(context: SessionContext): void {
    this.#session?.reconfigure(context);
  }

  /** Ends the tunnel when it leads where these rules allow none. @returns whether it was ended */
  enforce(rules: Rules): boolean {
    const target = this.#target;
    if (target === null || (this.#phase !== 'session' && this.#phase !== 'opaque')) return false;
    // Behind a relay the address is the relay's.
    const address = this.#origin === null || this.#relay !== '' ? null : parseIp(this.#origin.remoteAddress);
    const verdict = judgeDestination(rules.destination, target);
    const allowed = verdict.allow && (address === null || judgeAddress(rules.guard, address, target.port).allow);
    if (!allowed) this.cut('no-longer-allowed', { host: target.host.text });
    return !allowed;
  }

  /** Ends the tunnel from outside, e.g. when the drain time is over. */
  cut(reason: Reason, fields: Fields = {}): void {
    if (this.#phase === 'session' || this.#phase === 'opaque') {
      this.#beginClosing(reason, this.#target === null, fields);
      this.#client.close();
      this.#origin?.close();
    }
  }

  /** The dial succeeded: `connection` is the tunnel's from now on. */
  dialed(connection: Connection, address: string, through?: Through): void {
    this.#dial = null;
    this.#origin = connection;
    this.#openConnections += 1;
    connection.owner = this;
    this.#relay = through?.relay ?? '';
    this.#account.opened(this.#context.transport.now());
    this.#tell({ kind: 'dialed', address });
    // What came right behind the relay's answer is the destination's, and judged as such.
    if (through !== undefined && through.rest.length > 0) this.received(connection, through.rest);
  }

  dialFailed(reason: Extract<Input, { kind: 'dial-failed' }>['reason'], fields: Fields): void {
    this.#dial = null;
    this.#tell({ kind: 'dial-failed', reason, fields });
  }

  /** Called once a second: tells what has moved, and every hour that the tunnel is still there. */
  look(nowMs: number): void {
    if (this.#origin === null) return;
    this.#account.look(nowMs, this.#origin.bytesSent, this.#client.bytesSent);
    if (this.#phase === 'opaque' && this.#isTooOld(nowMs)) {
      this.cut('max-age', { seconds: this.#context.timeouts.maxTunnelAge });
      return;
    }
    if (nowMs < this.#interimMs || this.#phase !== 'opaque') return;
    this.#interimMs += INTERIM_MS;
    const ageMs = Math.round(nowMs - this.#openedMs);
    this.#report(100, 'still-open', { ageMs, bytesUp: this.#origin.bytesSent, bytesDown: this.#client.bytesSent });
  }

  /** Address of the client when the tunnel counts against the limits, else null. */
  get holder(): string | null {
    return this.#holdsRoom && this.#phase !== 'closed' ? this.#clientAddress : null;
  }

  /** The tunnel as it is now. */
  row(nowMs: number): TunnelRow {
    const { upPerSecond, downPerSecond } = this.#account;
    return {
      ...this.#names(),
      state: this.#session?.state ?? this.#phase,
      tls: this.#tls,
      bytesUp: this.#origin?.bytesSent ?? 0,
      bytesDown: this.#origin === null ? 0 : this.#client.bytesSent,
      upPerSecond,
      downPerSecond,
      ageMs: Math.round(nowMs - this.#openedMs),
    };
  }

  /** Old, and quiet for a second: nobody is in the middle of something. Not all tunnels are ever quiet, so there is an end. */
  #isTooOld(nowMs: number): boolean {
    const limitMs = this.#context.timeouts.maxTunnelAge * 1000;
    if (limitMs === 0) return false;
    const ageMs = nowMs - this.#openedMs;
    if (ageMs < limitMs * this.#oldAt) return false;
    const { upPerSecond, downPerSecond } = this.#account;
    return (upPerSecond === 0 && downPerSecond === 0) || ageMs >= limitMs * (this.#oldAt + 0.1);
  }

  #names(): Pick<TunnelRow, 'tunnel' | 'client' | 'destination'> {
    const { tunnel = '', client = '', destination = '' } = this.#subject.fields;
    return { tunnel: String(tunnel), client: String(client), destination: String(destination) };
  }

  #tell(input: Input): void {
    const session = this.#session;
    if (session === null) return;
    // Carrying out a command may tell the session of something else, so one list is not enough.
    const commands = spare.pop() ?? [];
    try {
      session.on(input, this.#context.transport.now(), commands);
      for (const command of commands) this.#carryOut(command, input);
      commands.length = 0;
      spare.push(commands);
    } catch (error) {
      // A mistake of ours ends this tunnel, not the worker.
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#report(400, 'internal-error', { detail });
      this.#beginClosing('internal-error', false);
      this.#client.reset();
      this.#origin?.reset();
      return;
    }
    if (this.#phase === 'session') this.#schedule();
  }

  #carryOut(command: Command, input: Input): void {
    switch (command.kind) {
      case 'send':
        this.#send(command.to, command.bytes, input);
        return;
      case 'end':
        this.#connection(command.to)?.end();
        return;
      case 'pause':
        this.#connection(command.side)?.pauseReading();
        return;
      case 'resume':
        this.#connection(command.side)?.resumeReading();
        return;
      case 'client-is':
        this.#context.meter.clientIs(this.#clientAddress, command.address);
        this.#clientAddress = command.address;
        this.#subject = new Subject({ ...this.#subject.fields, client: endpoint(command.address, command.port) });
        return;
      case 'user-is':
        this.#subject = new Subject({ ...this.#subject.fields, user: command.user });
        return;
      case 'authenticate':
        this.#context.authenticator.ask(command.username, command.password, (verdict) => {
          this.#tellSession({ kind: 'authenticated', verdict, user: command.username });
        });
        return;
      case 'admit':
        this.#context.admission.take(this.#clientAddress, (reason, limit) => {
          this.#admitted(reason, limit);
        });
        return;
      case 'dial':
        this.#holdsRoom = true;
        this.#target = command.destination;
        this.#subject = new Subject({ ...this.#subject.fields, destination: formatAuthority(command.destination) });
        this.#account.dialing(this.#context.transport.now());
        this.#dial = openDial(this.#context, command.destination, this);
        this.#dial.start();
        return;
      case 'report':
        this.#report(command.event, command.reason, command.fields);
        return;
      case 'verify-server':
        this.#context.verifyServer(command.chain, command.host, (ok, fields) => {
          this.#serverVerified(ok, { host: command.host.text, ...fields });
        });
        return;
      case 'go-opaque':
        this.#goOpaque();
        return;
      case 'close':
        this.#close(command.reason, command.fields, command.silent);
        return;
    }
  }

  #send(to: Side, bytes: Uint8Array, input: Input): void {
    const connection = this.#connection(to);
    if (connection === null) return;
    const taken = connection.send(bytes);
    // The answer to CONNECT is ours; the closing event counts what the tunnel carried.
    if (input.kind === 'dialed' && to === 'client') connection.bytesSent = 0;
    if (!taken && input.kind === 'received') this.#connection(otherSide(to))?.pauseReading();
  }

  #admitted(reason: LimitReason | null, limit: number): void {
    if (reason === null && this.#phase !== 'session') this.#context.admission.give(this.#clientAddress);
    else this.#tellSession({ kind: 'admitted', reason, fields: { limit } });
  }

  #tellSession(input: Input): void {
    if (this.#phase === 'session') this.#tell(input);
  }

  #serverVerified(ok: boolean, fields: Fields): void {
    if (this.#phase === 'session') this.#tell({ kind: 'server-verified', ok, fields });
    // The session did not wait, so it was only to be reported.
    else if (!ok) this.#report(106, 'server-certificate', { ...fields, wouldRefuse: true });
  }

  #goOpaque(): void {
    const origin = this.#origin;
    if (origin === null) throw new Error('session went opaque without a destination');
    this.#session = null;
    this.#phase = 'opaque';
    this.#context.meter.setUp(this.#context.transport.now() - this.#openedMs);
    this.#client.spliceTo(origin);
    origin.spliceTo(this.#client);
    if (this.#clientEnded) this.#halfClosed('client');
    this.#scheduleIdle();
  }

  /** One side has sent its FIN: pass it on behind the bytes before it; the other direction goes on. */
  #halfClosed(from: Side): void {
    if (this.#clientEnded && this.#originEnded) {
      this.#beginClosing(from === 'client' ? 'client-closed' : 'origin-closed', false);
      this.#client.close();
      this.#origin?.close();
      return;
    }
    this.#connection(otherSide(from))?.end();
    this.#scheduleIdle();
  }

  #checkIdle(nowMs: number): void {
    const half = this.#clientEnded || this.#originEnded;
    const { timeouts } = this.#context;
    const limitSeconds = half ? timeouts.halfClosed : timeouts.idle;
    if (nowMs < this.#lastActiveMs() + limitSeconds * 1000) {
      this.#scheduleIdle();
      return;
    }
    this.#beginClosing(half ? 'half-closed-timeout' : 'idle-timeout', false, { seconds: limitSeconds });
    this.#client.reset();
    this.#origin?.reset();
  }

  #close(reason: Reason, fields: Fields, silent: boolean): void {
    const lingers = reasonRow(reason).event !== 100 || reasonRow(reason).status !== undefined;
    this.#beginClosing(reason, silent, fields);
    // What the origin has not taken may still lie in the buffer that the lingering client is read into: drop it.
    if (lingers && this.#origin?.keepsBytes === true) this.#origin.reset();
    else this.#origin?.close();
    if (lingers && !this.#clientEnded) {
      this.#client.end();
      this.#client.resumeReading();
    } else {
      this.#client.close();
    }
  }

  /** The session, if any, is over; what remains is to let go of the connections. */
  #beginClosing(reason: Reason, silent: boolean, fields: Fields = {}): void {
    this.#dial?.cancel();
    this.#dial = null;
    if (!silent) this.#report100(reason, fields);
    this.#session = null;
    this.#phase = 'closing';
    this.#context.wheel.schedule(this, this.#context.transport.now() + LINGER_MS);
  }

  /** The closing time is over. Whoever still takes bytes may go on; the rest is cut. */
  #giveUp(): void {
    const now = this.#context.transport.now();
    const flushing = this.#client.keepsBytes || (this.#origin?.keepsBytes ?? false);
    const limitMs = this.#context.timeouts.halfClosed * 1000;
    if (flushing && now < this.#lastActiveMs() + limitMs) {
      this.#context.wheel.schedule(this, now + LINGER_MS);
      return;
    }
    if (this.#resetting !== null || flushing) {
      this.#client.reset();
      this.#origin?.reset();
    } else {
      this.#client.close();
      this.#origin?.close();
    }
  }

  /** A reset is passed on as a reset, but not before what was received earlier is on its way (envoy issue 24083). */
  #resetAfterFlush(survivor: Connection | null): void {
    if (this.#phase !== 'closing') this.#beginClosing('internal-error', true);
    if (survivor === null) return;
    this.#resetting = survivor;
    if (survivor.keepsBytes) return;
    const quietMs = this.#context.transport.now() - survivor.lastActiveMs;
    if (quietMs >= RESET_GRACE_MS) survivor.reset();
    else this.#context.wheel.schedule(this, survivor.lastActiveMs + RESET_GRACE_MS);
  }

  #report(event: EventId, reason: Reason | null, fields: Fields): void {
    if (event === 107) this.#tls = String(fields['version'] ?? '');
    this.#context.report(event, reason, fields, this.#subject);
  }

  /** The closing event: bytes each way, how long, who ended it and why. */
  #report100(reason: Reason, fields: Fields): void {
    const { blame } = reasonRow(reason);
    // A connection lost in the middle of a tunnel is a network error besides being the end of the tunnel.
    if (reason === 'client-lost' || reason === 'origin-lost') this.#report(403, reason, fields);
    const bytesUp = this.#origin?.bytesSent ?? 0;
    const bytesDown = this.#origin === null ? 0 : this.#client.bytesSent;
    const durationMs = Math.round(this.#context.transport.now() - this.#openedMs);
    this.#account.closed(reason, durationMs, bytesUp, bytesDown);
    const relay = this.#relay === '' ? {} : { relay: this.#relay };
    this.#report(100, reason, { ...fields, ...relay, endedBy: blame, bytesUp, bytesDown, durationMs });
  }

  #sideOf(connection: Connection): Side {
    return connection === this.#client ? 'client' : 'origin';
  }

  #connection(side: Side): Connection | null {
    return side === 'client' ? this.#client : this.#origin;
  }

  #lastActiveMs(): number {
    return Math.max(this.#client.lastActiveMs, this.#origin?.lastActiveMs ?? 0);
  }

  #schedule(): void {
    const deadlineMs = this.#session?.deadlineMs ?? Infinity;
    if (deadlineMs !== this.dueMs) this.#context.wheel.schedule(this, deadlineMs);
  }

  #scheduleIdle(): void {
    const half = this.#clientEnded || this.#originEnded;
    const { timeouts } = this.#context;
    const limitMs = (half ? timeouts.halfClosed : timeouts.idle) * 1000;
    this.#context.wheel.schedule(this, this.#lastActiveMs() + limitMs);
  }
}

function lossReason(from: Side, reset: boolean): Reason {
  if (from === 'client') return reset ? 'client-reset' : 'client-lost';
  return reset ? 'origin-reset' : 'origin-lost';
}

/** "address:port", with brackets around IPv6. */
export function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
