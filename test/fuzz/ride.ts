import assert from 'node:assert/strict';
import type { Command } from '../../src/tunnel/command.ts';
import type { Input, Side } from '../../src/tunnel/input.ts';
import { Session } from '../../src/tunnel/session.ts';
import type { SessionContext } from '../../src/tunnel/state.ts';
import { ascii, joined } from '../support/feed.ts';

/** One session from CONNECT to its end, with the engine's part played here: what it may and may not do is checked on the way. */

const REQUEST = ascii('CONNECT origin.test:443 HTTP/1.1\r\nHost: origin.test:443\r\n\r\n');
const ALERT_BYTES = 7;
export const WORKSPACE = '0a1b2c3d-1111-4222-8333-444455556666';

/**
 * What a session came to; two rides with the same bytes have equal outcomes, however the bytes were cut. How much of a flight
 * had gone before its fault was seen may differ.
 */
export interface Outcome {
  /** Events with their reasons, e.g. "106 sni-mismatch". */
  readonly events: readonly string[];
  readonly ending: string;
  readonly verified: boolean;
}

export class Ride {
  readonly #session: Session;
  readonly #given: Record<Side, Uint8Array[]> = { client: [], origin: [] };
  readonly #sent: Record<Side, Uint8Array[]> = { client: [], origin: [] };
  readonly #waiting: Uint8Array[] = [];
  readonly #events: string[] = [];
  #paused = false;
  #ending = 'open';

  constructor(context: SessionContext) {
    this.#session = new Session(context, 0, '192.0.2.77');
    this.#tell({ kind: 'received', from: 'client', bytes: REQUEST });
    this.#tell({ kind: 'dialed', address: '192.0.2.1' });
    assert.equal(this.#session.state, 'observing-hello');
    this.#sent.client = [];
  }

  /** One read of one side; the buffer it lay in is poisoned afterwards, as the next read would. */
  give(from: Side, bytes: Uint8Array): void {
    if (from === 'client' && this.#paused) {
      this.#waiting.push(bytes);
      return;
    }
    if (this.#ending !== 'open') return;
    this.#given[from].push(bytes);
    const buffer = bytes.slice();
    this.#tell({ kind: 'received', from, bytes: buffer });
    buffer.fill(0xa5);
  }

  /** Ends the client's side, and checks what must hold whatever was given. */
  finish(): Outcome {
    if (this.#ending === 'open') this.#tell({ kind: 'ended', from: 'client' });
    if (this.#ending === 'open') this.#tell({ kind: 'ended', from: 'origin' });
    const [toOrigin, toClient] = [joined(...this.#sent.origin), joined(...this.#sent.client)];
    this.#assertForwarded(toOrigin, joined(...this.#given.client), 'what the origin gets is what the client sent');
    this.#assertForwarded(toClient, joined(...this.#given.origin), 'what the client gets is what the origin sent');
    const verified = this.#events.some((each) => each.startsWith('107'));
    const refused = this.#events.some((each) => /^(?:105|106|402)/.test(each));
    assert.ok(!(verified && refused), `verified and refused: ${this.#events.join()}`);
    assert.equal(verified, this.#ending === 'opaque', `ended ${this.#ending} with ${this.#events.join()}`);
    return { events: this.#events, ending: this.#ending, verified };
  }

  /** Nothing but a prefix of what the other side sent; when it was refused, with one alert of ours behind. */
  #assertForwarded(sent: Uint8Array, given: Uint8Array, what: string): void {
    const withoutAlert = sent.subarray(0, Math.max(0, sent.length - ALERT_BYTES));
    const isAlert = this.#ending !== 'opaque' && sent.length >= ALERT_BYTES && sent.at(-ALERT_BYTES) === 0x15;
    assertPrefix(isAlert && !isPrefix(sent, given) ? withoutAlert : sent, given, what);
  }

  #tell(input: Input): void {
    const out: Command[] = [];
    this.#session.on(input, 0, out);
    for (const command of out) this.#carryOut(command);
    while (!this.#paused && this.#ending === 'open') {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.give('client', next);
    }
  }

  #carryOut(command: Command): void {
    assert.ok(this.#ending === 'open', `${command.kind} after the end`);
    switch (command.kind) {
      case 'send':
        this.#sent[command.to].push(command.bytes.slice());
        return;
      case 'report':
        this.#events.push(`${command.event} ${command.reason ?? ''}`);
        return;
      case 'pause':
      case 'resume':
        if (command.side === 'client') this.#paused = command.kind === 'pause';
        return;
      case 'go-opaque':
        this.#ending = 'opaque';
        return;
      case 'close':
        this.#ending = command.reason;
        return;
      case 'admit':
      case 'authenticate':
      case 'user-is':
      case 'client-is':
      case 'dial':
      case 'verify-server':
      case 'end':
        return;
    }
  }
}

function isPrefix(part: Uint8Array, whole: Uint8Array): boolean {
  return part.length <= whole.length && Buffer.compare(part, whole.subarray(0, part.length)) === 0;
}

function assertPrefix(part: Uint8Array, whole: Uint8Array, what: string): void {
  assert.ok(isPrefix(part, whole), `${what}: ${part.length} of ${whole.length} bytes`);
}
