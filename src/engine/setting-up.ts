import type { Fields, Reason } from '../events/reasons.ts';
import type { Command } from '../tunnel/command.ts';
import type { DialFailure, Input, LimitReason, Side } from '../tunnel/input.ts';
import { otherSide } from '../tunnel/input.ts';
import { Session } from '../tunnel/session.ts';
import type { SessionContext, StateName } from '../tunnel/state.ts';
import type { DialOwner, Through } from './dial.ts';
import type { DriverContext } from './driver.ts';
import type { Ends } from './ends.ts';
import { connectionOf } from './ends.ts';
import type { Connection } from './engine.ts';
import type { Dialing } from './open-dial.ts';
import { openDial } from './open-dial.ts';
import type { TimerEntry } from './timer-wheel.ts';
import type { TunnelRecord } from './tunnel-record.ts';

/** The tunnel whose session this is. Each call but the first ends the setting up. */
export interface TunnelInTheMaking extends Ends, TimerEntry {
  /** The destination is connected: the connection is the tunnel's from now on. */
  connectedTo(origin: Connection): void;
  goOpaque(): void;
  close(reason: Reason, fields: Fields, silent: boolean): void;
  /** A mistake of ours ends this tunnel, not the worker. */
  failed(error: unknown): void;
}

/** Command lists that wait for their next use. */
const spare: Command[][] = [];

/**
 * The first phase of a tunnel: a session decides. It is told what happens and when its deadline has passed, and its
 * commands are carried out.
 */
export class SettingUp implements DialOwner {
  readonly #context: DriverContext;
  readonly #record: TunnelRecord;
  readonly #tunnel: TunnelInTheMaking;
  /** Null once it is over: answers to what was asked may still come. */
  #session: Session | null;
  #dial: Dialing | null = null;

  constructor(context: DriverContext, record: TunnelRecord, tunnel: TunnelInTheMaking) {
    this.#context = context;
    this.#record = record;
    this.#tunnel = tunnel;
    const { remoteAddress, shown } = tunnel.client;
    this.#session = new Session(context.session, record.openedMs, remoteAddress, shown);
    context.wheel.schedule(tunnel, this.#session.deadlineMs);
  }

  /** State of the session. */
  get state(): StateName {
    return this.#session?.state ?? 'closed';
  }

  /** True while the destination is being connected. */
  get isDialing(): boolean {
    return this.#dial !== null;
  }

  /** Tells the session and carries out what it commands; nothing happens once it is over. */
  tell(input: Input): void {
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
      this.#tunnel.failed(error);
      return;
    }
    this.#schedule();
  }

  /** The tunnel's deadline on the wheel has passed; the session's may have moved since. */
  expired(nowMs: number): void {
    if (nowMs >= (this.#session?.deadlineMs ?? Infinity)) this.tell({ kind: 'deadline' });
    else this.#schedule();
  }

  /** A reload: what this client has still to say is judged anew. */
  reconfigure(context: SessionContext): void {
    this.#session?.reconfigure(context);
  }

  /** The session is over, whatever comes next. */
  end(): void {
    this.#session = null;
    this.#dial?.cancel();
    this.#dial = null;
  }

  dialed(connection: Connection, address: string, through?: Through): void {
    this.#dial = null;
    this.#tunnel.connectedTo(connection);
    this.#record.dialed(through?.relay ?? '');
    this.tell({ kind: 'dialed', address });
    // What came right behind the relay's answer is the destination's, and judged as such.
    if (through !== undefined && through.rest.length > 0) {
      this.tell({ kind: 'received', from: 'origin', bytes: through.rest });
    }
  }

  dialFailed(reason: DialFailure, fields: Fields): void {
    this.#dial = null;
    this.tell({ kind: 'dial-failed', reason, fields });
  }

  #carryOut(command: Command, input: Input): void {
    switch (command.kind) {
      case 'send':
        this.#send(command.to, command.bytes, input);
        return;
      case 'end':
        connectionOf(this.#tunnel, command.to)?.end();
        return;
      case 'pause':
        connectionOf(this.#tunnel, command.side)?.pauseReading();
        return;
      case 'resume':
        connectionOf(this.#tunnel, command.side)?.resumeReading();
        return;
      case 'client-is':
        this.#record.clientIs(command.address, command.port);
        return;
      case 'user-is':
        this.#record.userIs(command.user);
        return;
      case 'authenticate':
        this.#context.authenticator.ask(command.username, command.password, (verdict) => {
          this.tell({ kind: 'authenticated', verdict, user: command.username });
        });
        return;
      case 'admit':
        this.#context.admission.take(this.#record.clientAddress, (reason, limit) => {
          this.#admitted(reason, limit);
        });
        return;
      case 'dial':
        this.#record.dialing(command.destination);
        this.#dial = openDial(this.#context, command.destination, this);
        this.#dial.start();
        return;
      case 'report':
        this.#record.report(command.event, command.reason, command.fields);
        return;
      case 'verify-server':
        this.#context.verifyServer(command.chain, command.host, (ok, fields) => {
          this.#serverVerified(ok, { host: command.host.text, ...fields });
        });
        return;
      case 'go-opaque':
        this.#tunnel.goOpaque();
        return;
      case 'close':
        this.#tunnel.close(command.reason, command.fields, command.silent);
        return;
    }
  }

  #send(to: Side, bytes: Uint8Array, input: Input): void {
    const connection = connectionOf(this.#tunnel, to);
    if (connection === null) return;
    const taken = connection.send(bytes);
    // The answer to CONNECT is ours; the closing event counts what the tunnel carried.
    if (input.kind === 'dialed' && to === 'client') connection.bytesSent = 0;
    if (!taken && input.kind === 'received') connectionOf(this.#tunnel, otherSide(to))?.pauseReading();
  }

  #admitted(reason: LimitReason | null, limit: number): void {
    if (reason === null && this.#session === null) this.#context.admission.give(this.#record.clientAddress);
    else this.tell({ kind: 'admitted', reason, fields: { limit } });
  }

  #serverVerified(ok: boolean, fields: Fields): void {
    if (this.#session !== null) this.tell({ kind: 'server-verified', ok, fields });
    // The session did not wait, so it was only to be reported.
    else if (!ok) this.#record.report(106, 'server-certificate', { ...fields, wouldRefuse: true });
  }

  #schedule(): void {
    if (this.#session === null) return;
    const { deadlineMs } = this.#session;
    if (deadlineMs !== this.#tunnel.dueMs) this.#context.wheel.schedule(this.#tunnel, deadlineMs);
  }
}
