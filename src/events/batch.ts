import type { LineSink } from './writer.ts';

/**
 * Collects finished lines and hands them on in batches, so that an event costs a worker no system call of its own.
 * Bounded: when the receiver does not keep up, lines are dropped and counted, traffic goes on.
 */

const BATCH_CHARACTERS = 64 * 1024;
/** How long a line waits for company, in ms. */
export const BATCH_MS = 50;
const WAITING_LIMIT = 4 * 1024 * 1024;
/** Batches without lines wait while so many are under way. */
const BATCHES_LIMIT = 8;

export interface BatchReceiver {
  /** Takes whole lines; calls `done` once they are on their way, however late. */
  (lines: string, done: () => void): void;
}

/** Calls `flush` once, a moment later. The default is a timer; a loop without timers of its own brings another. */
export type Later = (flush: () => void) => void;

const timer: Later = (flush) => setTimeout(flush, BATCH_MS);

export class LineBatch implements LineSink {
  readonly #receiver: BatchReceiver;
  readonly #dropped: (count: number) => void;
  readonly #later: Later;
  #waits = false;
  #lines = '';
  #underWay = 0;
  #droppedCount = 0;
  /** Batches handed on and not confirmed. */
  #batches = 0;
  /** True when the receiver is to be called even without a line. */
  #wanted = false;

  /** @param dropped told once, when lines are taken again after some were dropped */
  constructor(receiver: BatchReceiver, dropped: (count: number) => void, later: Later = timer) {
    this.#receiver = receiver;
    this.#dropped = dropped;
    this.#later = later;
  }

  write(line: string): void {
    if (this.#underWay + this.#lines.length > WAITING_LIMIT) {
      this.#droppedCount += 1;
      return;
    }
    this.#lines += line;
    if (this.#lines.length >= BATCH_CHARACTERS) {
      this.flush();
    } else {
      this.#flushSoon();
    }
  }

  /** Asks that the receiver is called soon, with or without lines: it has something of its own to send along. */
  request(): void {
    this.#wanted = true;
    this.#flushSoon();
  }

  /** Hands on what waits. */
  flush(): void {
    if (this.#lines === '' && !this.#wanted) return;
    if (this.#lines === '' && this.#batches >= BATCHES_LIMIT) {
      this.#flushSoon();
      return;
    }
    this.#wanted = false;
    const lines = this.#lines;
    this.#lines = '';
    this.#underWay += lines.length;
    this.#batches += 1;
    this.#receiver(lines, () => {
      this.#underWay -= lines.length;
      this.#batches -= 1;
      this.#tellDropped();
    });
  }

  #flushSoon(): void {
    if (this.#waits) return;
    this.#waits = true;
    this.#later(() => {
      this.#waits = false;
      this.flush();
    });
  }

  #tellDropped(): void {
    if (this.#droppedCount === 0 || this.#underWay > WAITING_LIMIT / 2) return;
    const count = this.#droppedCount;
    this.#droppedCount = 0;
    this.#dropped(count);
  }
}
