import type { Fields, Reason } from '../../src/events/reasons.ts';
import type { Command } from '../../src/tunnel/command.ts';
import type { Input, Side } from '../../src/tunnel/input.ts';
import { SessionMemory } from '../../src/tunnel/session-memory.ts';
import { Session } from '../../src/tunnel/session.ts';
import type { SessionContext, StateName } from '../../src/tunnel/state.ts';
import { joined } from './feed.ts';
import type { Turn } from './recordings.ts';
import { sessionContext } from './session-context.ts';

/** Plays a handshake through a session as a tunnel would, and keeps what both sides were sent. */

export interface Report {
  readonly event: number;
  readonly reason: Reason | null;
  readonly fields: Fields;
}

export interface Outcome {
  readonly state: StateName;
  /** Reports behind the answer to CONNECT. */
  readonly reports: readonly Report[];
  readonly toOrigin: Uint8Array;
  readonly toClient: Uint8Array;
}

export const HOST = 'agent.example.test';

export type ReplayConfig = Readonly<Record<string, unknown>>;

/** A context for `config`, with a memory of sessions that keeps what it hashes in the clear. */
export function replayContext(config: ReplayConfig = {}, memory: SessionMemory = plainMemory()): SessionContext {
  return sessionContext({ allowedHosts: [HOST], ...config }, memory);
}

export function plainMemory(now: () => number = () => 0): SessionMemory {
  return new SessionMemory({ digest: (label, secret) => `${label}${Buffer.from(secret).toString('hex')}`, now });
}

export class Replay {
  readonly session: Session;
  readonly #reports: Report[] = [];
  readonly #toOrigin: Uint8Array[] = [];
  readonly #toClient: Uint8Array[] = [];
  readonly #nowMs = 0;
  readonly commands: Command[] = [];

  /** A session whose CONNECT is answered. */
  constructor(context: SessionContext) {
    this.session = new Session(context, 0, '192.0.2.77');
    const request = `CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}:443\r\n\r\n`;
    this.#on({ kind: 'received', from: 'client', bytes: new TextEncoder().encode(request) });
    this.#on({ kind: 'dialed', address: '192.0.2.1' });
    this.#reports.length = 0;
    this.#toClient.length = 0;
  }

  send(from: Side, bytes: Uint8Array): this {
    // Opaque: the engine forwards by itself, as long as the tunnel is open.
    if (this.session.state === 'opaque') this.#keep(from === 'client' ? 'origin' : 'client', bytes);
    else this.on({ kind: 'received', from, bytes });
    return this;
  }

  on(input: Input): this {
    this.#on(input);
    return this;
  }

  play(turns: readonly Turn[]): this {
    for (const { from, bytes } of turns) this.send(from, bytes);
    return this;
  }

  get outcome(): Outcome {
    return {
      state: this.session.state,
      reports: this.#reports,
      toOrigin: joined(...this.#toOrigin),
      toClient: joined(...this.#toClient),
    };
  }

  /** Event and reason of all reports, e.g. "107" or "105 client-certificate-missing". */
  get told(): readonly string[] {
    return this.#reports.map(({ event, reason }) => (reason === null ? String(event) : `${event} ${reason}`));
  }

  #on(input: Input): void {
    const out: Command[] = [];
    // Engines reuse their buffers: what the session keeps has to be its own.
    const borrowed = input.kind === 'received' ? { ...input, bytes: input.bytes.slice() } : input;
    this.session.on(borrowed, this.#nowMs, out);
    for (const command of out) {
      this.commands.push(command);
      if (command.kind === 'send') this.#keep(command.to, command.bytes);
      if (command.kind === 'report') this.#reports.push(command);
    }
    if (borrowed.kind === 'received') borrowed.bytes.fill(0xee);
  }

  #keep(to: Side, bytes: Uint8Array): void {
    (to === 'origin' ? this.#toOrigin : this.#toClient).push(bytes.slice());
  }
}

/** What a side has sent in all turns. */
export function bytesFrom(turns: readonly Turn[], from: Side): Uint8Array {
  return joined(...turns.filter((turn) => turn.from === from).map(({ bytes }) => bytes));
}
