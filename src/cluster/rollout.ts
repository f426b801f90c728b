import type { HostRule } from '../config/presets.ts';
import { groupByOrigin } from '../config/presets.ts';
import type { LoopSettings } from '../engine/settings.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/**
 * Brings one configuration to all workers and tells when the last of them judges by it. Allowed hosts travel in slices,
 * and the next one leaves when the worker has taken the last: a hundred thousand hosts must hold up neither the primary
 * nor a worker.
 */

/** Hosts in a slice: about a millisecond of work for whoever compiles them. */
const SLICE = 500;

/** What identifies a worker here. */
export interface Recipient {
  readonly id: number;
}

export interface Order {
  readonly hostRules: readonly HostRule[];
  /** Without hosts. */
  readonly loop: (worker: Recipient) => LoopSettings;
  readonly enforce: boolean;
}

export class Rollout<Worker extends Recipient> {
  readonly #order: Order;
  readonly #send: (worker: Worker, message: ToWorker) => void;
  readonly #finished: (ended: number) => void;
  /** How many hosts each worker has been sent; a worker leaves when it has confirmed, or is gone. */
  readonly #waiting = new Map<number, { readonly worker: Worker; sent: number }>();
  #ended = 0;

  /**
   * @param finished told once, when every worker has confirmed or is gone, how many tunnels were ended in all; not
   *   before `start` has returned
   */
  constructor(order: Order, send: (worker: Worker, message: ToWorker) => void, finished: (ended: number) => void) {
    this.#order = order;
    this.#send = send;
    this.#finished = finished;
  }

  start(workers: readonly Worker[]): void {
    for (const worker of workers) this.#waiting.set(worker.id, { worker, sent: 0 });
    for (const worker of workers) this.#sendNext(worker.id);
    if (workers.length === 0)
      queueMicrotask(() => {
        this.#finished(0);
      });
  }

  /** What a worker says; messages about other things are not looked at. */
  heard({ id }: Recipient, message: FromWorker): void {
    if (message.kind === 'rules-taken') this.#sendNext(id);
    else if (message.kind === 'reconfigured') this.#confirmed(id, message.ended);
  }

  gone({ id }: Recipient): void {
    this.#confirmed(id, 0);
  }

  #sendNext(id: number): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    const { hostRules, loop, enforce } = this.#order;
    const { worker, sent } = waiting;
    if (sent >= hostRules.length) {
      this.#send(worker, { kind: 'reconfigure', loop: loop(worker), enforce });
      return;
    }
    waiting.sent = sent + SLICE;
    this.#send(worker, { kind: 'rules', hosts: groupByOrigin(hostRules.slice(sent, sent + SLICE)) });
  }

  #confirmed(id: number, ended: number): void {
    if (!this.#waiting.delete(id)) return;
    this.#ended += ended;
    if (this.#waiting.size === 0) this.#finished(this.#ended);
  }
}
