import type { TunnelList, TunnelQuery } from '../engine/tunnel-list.ts';
import { mergeTunnelLists } from '../engine/tunnel-list.ts';

/** Asks every worker for its tunnels and puts the answers together. A worker that does not answer in time is left out. */

const WAIT_MS = 2_000;
/** Questions at a time: each costs every loop a walk over its tunnels. */
const OPEN_LIMIT = 16;

export interface WholeTunnelList extends TunnelList {
  /** False when a worker did not answer in time. */
  readonly complete: boolean;
}

interface Question {
  readonly waiting: Set<number>;
  readonly lists: TunnelList[];
  done(): void;
}

export class TunnelQuestions {
  readonly #waitMs: number;
  readonly #open = new Map<number, Question>();
  #sequence = 0;

  constructor(waitMs = WAIT_MS) {
    this.#waitMs = waitMs;
  }

  /**
   * @param workers numbers of the workers that are asked
   * @param send asks one of them
   * @returns null when too many questions are open
   */
  async ask(
    workers: readonly number[],
    query: TunnelQuery,
    send: (worker: number, question: number) => void,
  ): Promise<WholeTunnelList | null> {
    if (this.#open.size >= OPEN_LIMIT) return null;
    const number = (this.#sequence += 1);
    const lists: TunnelList[] = [];
    const waiting = new Set(workers);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#waitMs);
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#open.set(number, { waiting, lists, done });
      if (waiting.size === 0) done();
      for (const worker of workers) send(worker, number);
    });
    this.#open.delete(number);
    return { ...mergeTunnelLists(lists, query), complete: waiting.size === 0 };
  }

  answered(question: number, worker: number, list: TunnelList): void {
    const open = this.#open.get(question);
    if (open?.waiting.delete(worker) !== true) return;
    open.lists.push(list);
    if (open.waiting.size === 0) open.done();
  }

  /** The worker is gone: nobody waits for it any more. */
  workerGone(worker: number): void {
    for (const question of this.#open.values()) {
      if (question.waiting.delete(worker) && question.waiting.size === 0) question.done();
    }
  }
}
