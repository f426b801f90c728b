import type { LineSink } from '../../events/writer.ts';
import { EAGAIN, MSG_DONTWAIT, MSG_NOSIGNAL } from './libc.ts';
import type { Libc } from './libc.ts';
import { isPassing } from './socket-options.ts';

/**
 * The way of event lines from a loop to the primary: a stream socket that the worker inherits. Lines are encoded once
 * into one buffer and leave it in one system call for many, without another thread or a message in between. When the
 * primary does not keep up, lines are dropped and counted, traffic goes on.
 */

const BUFFER_BYTES = 512 * 1024;
/** So much is sent without waiting for more. */
const ENOUGH_BYTES = 32 * 1024;
/** Never notified: only waited for. */
const PAUSE = new Int32Array(new SharedArrayBuffer(4));
const PAUSE_MS = 2;
/** UTF-8 needs at most three bytes for a UTF-16 unit. */
const BYTES_PER_UNIT = 3;

export class LineChannel implements LineSink {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #dropped: (count: number) => void;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #length = 0;
  #droppedCount = 0;

  /**
   * @param fd a connected stream socket
   * @param dropped told once, when lines are taken again after some were dropped
   */
  constructor(libc: Libc, fd: number, dropped: (count: number) => void) {
    this.#libc = libc;
    this.#fd = fd;
    this.#dropped = dropped;
  }

  /** True while lines wait for `flush`. */
  get waits(): boolean {
    return this.#length > 0;
  }

  write(line: string): void {
    if (this.#length + line.length * BYTES_PER_UNIT > BUFFER_BYTES) {
      this.#droppedCount += 1;
      return;
    }
    this.#length += this.#buffer.write(line, this.#length, 'utf8');
    if (this.#length >= ENOUGH_BYTES) this.flush();
  }

  /** Hands on what waits, as far as it is taken. */
  flush(): void {
    const sent = this.#libc.send(this.#fd, this.#buffer, this.#length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) {
      const errno = this.#libc.errno();
      // Anything else: nobody reads any more, the primary is gone, and this process ends for it.
      if (errno !== EAGAIN && !isPassing(errno)) this.#length = 0;
      return;
    }
    this.#buffer.copyWithin(0, sent, this.#length);
    this.#length -= sent;
    if (this.#length === 0) this.#tellDropped();
  }

  /** Hands on everything, the count of dropped lines included; waits for a reader that is behind, up to `limitMs`. */
  finish(limitMs: number): void {
    const untilMs = performance.now() + limitMs;
    this.flush();
    while (this.waits && performance.now() < untilMs) {
      Atomics.wait(PAUSE, 0, 0, PAUSE_MS);
      this.flush();
    }
  }

  #tellDropped(): void {
    if (this.#droppedCount === 0) return;
    const count = this.#droppedCount;
    this.#droppedCount = 0;
    this.#dropped(count);
  }
}
