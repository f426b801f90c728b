import assert from 'node:assert/strict';
import type { Command } from '../../src/tunnel/command.ts';
import type { Input } from '../../src/tunnel/input.ts';
import { Session } from '../../src/tunnel/session.ts';
import type { StateName } from '../../src/tunnel/state.ts';
import { sessionContext } from './session-context.ts';

/**
 * A play for a session: inputs and the commands expected of them take turns, time is written by hand. Commands are told
 * as short words so that a play reads as the log of a tunnel.
 */
export class Playbook {
  readonly #session: Session;
  #nowMs = 0;

  /** @param client address of whoever has connected */
  constructor(config: object, client = '192.0.2.77') {
    this.#session = new Session(sessionContext(config), 0, client);
  }

  /** Gives one input and compares the commands that follow, in order. */
  play(input: Input, ...expected: readonly string[]): this {
    const out: Command[] = [];
    this.#session.on(input, this.#nowMs, out);
    assert.deepEqual(out.map(told), expected);
    return this;
  }

  client(bytes: Uint8Array | string, ...expected: readonly string[]): this {
    return this.play({ kind: 'received', from: 'client', bytes: raw(bytes) }, ...expected);
  }

  origin(bytes: Uint8Array | string, ...expected: readonly string[]): this {
    return this.play({ kind: 'received', from: 'origin', bytes: raw(bytes) }, ...expected);
  }

  /** Gives client bytes without expecting anything but that nothing throws. */
  feed(bytes: Uint8Array): void {
    this.#session.on({ kind: 'received', from: 'client', bytes }, this.#nowMs, []);
  }

  /** Lets time pass to just before the deadline (nothing must be due), then to it. */
  deadlineAfter(seconds: number, ...expected: readonly string[]): this {
    assert.equal(this.#session.deadlineMs, this.#nowMs + seconds * 1000);
    this.#nowMs = this.#session.deadlineMs;
    return this.play({ kind: 'deadline' }, ...expected);
  }

  ends(state: StateName): void {
    assert.equal(this.#session.state, state);
  }
}

function told(command: Command): string {
  switch (command.kind) {
    case 'send':
      return `send ${command.to} ${firstWords(command.bytes)}`;
    case 'user-is':
      return `user is ${command.user}`;
    case 'authenticate':
      return `authenticate ${command.username}`;
    case 'admit':
      return 'admit';
    case 'client-is':
      return `client is ${command.address} ${command.port}`;
    case 'dial':
      return `dial ${command.destination.host.text}:${command.destination.port}`;
    case 'report':
      return `report ${command.event}${command.reason === null ? '' : ` ${command.reason}`}`;
    case 'close':
      return `close ${command.reason}${command.silent ? ' silently' : ''}`;
    case 'end':
      return `end ${command.to}`;
    case 'pause':
    case 'resume':
      return `${command.kind} ${command.side}`;
    case 'verify-server':
      return `verify ${command.chain.length} for ${command.host.text}`;
    case 'go-opaque':
      return 'go opaque';
  }
}

/** The status of an answer, the code of an alert, or the number of bytes. */
function firstWords(bytes: Uint8Array): string {
  if (bytes[0] === 0x15 && bytes.length === 7) return `alert ${bytes[6] ?? 0}`;
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  return text.startsWith('HTTP/1.1') ? text.slice(9) : `${bytes.length} bytes`;
}

function raw(bytes: Uint8Array | string): Uint8Array {
  return typeof bytes === 'string' ? Uint8Array.from(bytes, (character) => character.charCodeAt(0)) : bytes;
}
