import type { Stage } from './causes.ts';
import type { GroupRun } from './group-run.ts';
import { Tunnel } from './tunnel.ts';
import type { TunnelOwner, TunnelPlan } from './tunnel.ts';
import { COMMAND_BYTES, decodeCommand } from '../wire/command.ts';
import { fitsPattern, patternPiece } from '../wire/pattern.ts';

/** One client of a group: does its operation again and again, in closed loop or whenever it is told that one is due. */

export class Client implements TunnelOwner {
  readonly #group: GroupRun;
  readonly #plan: TunnelPlan;
  #tunnel: Tunnel | null = null;
  #busy = false;
  /** From when the latency of the operation counts: its due time, or when it began. */
  #fromMs = 0;
  #openedFromMs = 0;
  /** Due times of a paced client follow each other at this distance; so many are waiting behind the one under way. */
  #waiting = 0;
  #isOpen = false;
  /** Bytes of the answer that are still to come, and bytes of the upload that are still to be sent. */
  #left = 0;
  #toSend = 0;

  constructor(group: GroupRun, plan: TunnelPlan) {
    this.#group = group;
    this.#plan = plan;
  }

  /** An operation is due. When the last one is still under way, it waits its turn and its latency counts all the same. */
  due(dueMs: number): void {
    if (this.#busy) this.#waiting += 1;
    else this.#begin(dueMs);
  }

  /** Begins an operation of a closed loop. */
  start(): void {
    if (!this.#busy) this.#begin(this.#group.now());
  }

  get isBusy(): boolean {
    return this.#busy;
  }

  /** The time is over: closes the tunnel and reports what did not get done. */
  finish(): void {
    if (this.#busy) this.#group.abandoned(this.#fromMs, this.#waiting);
    this.#busy = false;
    this.#drop();
  }

  opened(): void {
    this.#isOpen = true;
    this.#group.tunnelUp(this.#openedFromMs);
    if (this.#busy) this.#act();
  }

  received(_tunnel: Tunnel, bytes: Buffer, length: number): void {
    const { action } = this.#group;
    if (!this.#busy || length > this.#left) {
      this.#contentWrong('bytes nobody asked for');
      return;
    }
    const at = this.#group.bytes - this.#left;
    if (action === 'upload') {
      this.#acknowledged(bytes, length);
      return;
    }
    const compare = action === 'echo' || this.#group.compare;
    if (compare && !fitsPattern(bytes, 0, length, at)) {
      this.#contentWrong(action === 'echo' ? 'echo differs' : 'download differs');
      return;
    }
    this.#left -= length;
    this.#group.countDown(length);
    if (this.#left === 0) this.#done();
  }

  drained(): void {
    if (this.#toSend > 0) this.#sendMore();
  }

  failed(_tunnel: Tunnel, stage: Stage, cause: string): void {
    this.#lost(stage, cause);
  }

  #begin(fromMs: number): void {
    this.#busy = true;
    this.#fromMs = fromMs;
    this.#group.begun(fromMs);
    if (this.#tunnel !== null) {
      this.#act();
      return;
    }
    this.#openedFromMs = this.#group.now();
    this.#tunnel = new Tunnel(this.#plan, this);
  }

  #act(): void {
    const { action, bytes, message } = this.#group;
    if (action === 'none' || action === 'hold') {
      this.#done();
      return;
    }
    this.#left = action === 'upload' ? COMMAND_BYTES : bytes;
    // An echo goes out whole with its command; of an upload the first piece does.
    this.#toSend = action === 'upload' ? bytes - (message.length - COMMAND_BYTES) : 0;
    const taken = this.#tunnel?.send(message) ?? false;
    if (action !== 'download') this.#group.countUp(message.length - COMMAND_BYTES);
    if (taken && this.#toSend > 0) this.#sendMore();
  }

  #sendMore(): void {
    while (this.#toSend > 0) {
      const piece = patternPiece(this.#group.bytes - this.#toSend, this.#toSend);
      this.#toSend -= piece.length;
      this.#group.countUp(piece.length);
      if (this.#tunnel?.send(piece) !== true) return;
    }
  }

  /** The acknowledgement may come in pieces; that is rare enough to keep them in the group's scratch. */
  #acknowledged(bytes: Buffer, length: number): void {
    const { scratch } = this.#group;
    const whole = length === COMMAND_BYTES;
    const kept = whole ? null : (scratch.get(this) ?? Buffer.alloc(COMMAND_BYTES));
    if (kept !== null) {
      bytes.copy(kept, COMMAND_BYTES - this.#left, 0, length);
      scratch.set(this, kept);
    }
    this.#left -= length;
    if (this.#left > 0) return;
    scratch.delete(this);
    const command = decodeCommand(kept ?? bytes);
    if (command?.kind !== 'acknowledge') this.#contentWrong('not an acknowledgement');
    else if (command.bytes !== this.#group.bytes) this.#contentWrong('upload of another length');
    else if (command.wrongPieces > 0) this.#contentWrong('upload differs');
    else this.#done();
  }

  #done(): void {
    this.#group.operationDone(this.#fromMs);
    this.#busy = false;
    if (this.#group.action === 'hold') return;
    if (this.#group.tunnel === 'per-operation') this.#drop();
    this.#next();
  }

  #next(): void {
    if (this.#waiting > 0) {
      this.#waiting -= 1;
      this.#begin(this.#fromMs + this.#group.periodMs);
    } else if (this.#group.periodMs === 0) {
      const nowMs = this.#group.now();
      if (this.#group.mayBegin(nowMs)) this.#begin(nowMs);
    }
  }

  #contentWrong(cause: string): void {
    this.#tunnel?.close();
    this.#lost('content', cause);
  }

  #lost(stage: Stage, cause: string): void {
    this.#left = 0;
    this.#toSend = 0;
    this.#group.scratch.delete(this);
    this.#forget();
    this.#group.failed(stage, cause);
    // A kept tunnel that ends between two operations is a failure all the same, but there is no operation to repeat.
    if (!this.#busy) return;
    this.#busy = false;
    if (this.#waiting > 0 || this.#group.periodMs > 0) this.#next();
    else this.#group.retryLater(this);
  }

  #drop(): void {
    this.#tunnel?.close();
    this.#forget();
  }

  #forget(): void {
    if (this.#isOpen) this.#group.tunnelDown();
    this.#isOpen = false;
    this.#tunnel = null;
  }
}
