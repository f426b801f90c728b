import type { LineSink } from './writer.ts';

/**
 * Collects finished lines and hands them on in batches, so that an event costs a worker no system call of its own.
 * Bounded: when the receiver does not keep up, lines are dropped and counted, traffic goes on.
 */

const BATCH_CHARACTERS = 64 * 1024;
const BATCH_MS = 50;
const WAITING_LIMIT = 4 * 1024 * 1024;

export interface BatchReceiver {
  /** Takes whole lines; calls `done` once they are on their way, however late. */
  (lines: string, done: () => void): void;
}

export class LineBatch implements LineSink {
  readonly #receiver: BatchReceiver;
  readonly #dropped: (count: number) => void;
  #lines = '';
  #underWay = 0;
  #droppedCount = 0;
  #timer: NodeJS.Timeout | null = null;

  /** @param dropped told once, when lines are taken again after some were dropped */
  constructor(receiver: BatchReceiver, dropped: (count: number) => void) {
    this.#receiver = receiver;
    this.#dropped = dropped;
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
      this.#timer ??= setTimeout(() => {
        this.flush();
      }, BATCH_MS);
    }
  }

  /** Hands on what waits. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#lines === '') return;
    const lines = this.#lines;
    this.#lines = '';
    this.#underWay += lines.length;
    this.#receiver(lines, () => {
      this.#underWay -= lines.length;
      this.#tellDropped();
    });
  }

  #tellDropped(): void {
    if (this.#droppedCount === 0 || this.#underWay > WAITING_LIMIT / 2) return;
    const count = this.#droppedCount;
    this.#droppedCount = 0;
    this.#dropped(count);
  }
}
