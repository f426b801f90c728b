import { COUNTS_LINE } from '../../events/read-lines.ts';
import type { MeterReport } from '../../metrics/meter.ts';
import { EAGAIN, MSG_DONTWAIT, MSG_NOSIGNAL } from './libc.ts';
import type { Libc } from './libc.ts';
import { isPassing } from './socket-options.ts';

/**
 * The way of event lines from a loop to the primary: a stream socket that the worker inherits. A batch is encoded once
 * and leaves in one system call, without another thread or a message in between. What changed in the counters follows
 * the lines it belongs to as a line of its own, so that both arrive or neither does.
 */

/** Never notified: only waited for. */
const PAUSE = new Int32Array(new SharedArrayBuffer(4));
const PAUSE_MS = 2;
/** UTF-8 needs at most three bytes for a UTF-16 unit. */
const BYTES_PER_UNIT = 3;
/** Memory for one batch; a larger one gets its own. */
const BATCH_BYTES = 256 * 1024;

export class LineChannel {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #buffer = Buffer.allocUnsafeSlow(BATCH_BYTES);
  /** What the socket has not taken yet, oldest first; whoever sends bounds it (`LineBatch`). */
  readonly #waiting: { bytes: Uint8Array; readonly done: () => void }[] = [];

  /** @param fd a connected stream socket */
  constructor(libc: Libc, fd: number) {
    this.#libc = libc;
    this.#fd = fd;
  }

  /** True while bytes wait for `flush`. */
  get waits(): boolean {
    return this.#waiting.length > 0;
  }

  /** @param done called once everything has been taken, perhaps before this returns */
  send(lines: string, report: MeterReport | null, done: () => void): void {
    const text = report === null ? lines : `${lines}${COUNTS_LINE}${JSON.stringify(report)}\n`;
    const needed = text.length * BYTES_PER_UNIT;
    const buffer = needed > BATCH_BYTES ? Buffer.allocUnsafeSlow(needed) : this.#buffer;
    const length = buffer.write(text, 0, 'utf8');
    const sent = this.waits ? 0 : this.#put(buffer, length);
    if (sent === length) done();
    else this.#waiting.push({ bytes: Uint8Array.from(buffer.subarray(sent, length)), done });
  }

  /** Hands on what waits, as far as it is taken. */
  flush(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const sent = this.#put(first.bytes, first.bytes.length);
      if (sent < first.bytes.length) {
        first.bytes = first.bytes.subarray(sent);
        return;
      }
      this.#waiting.shift();
      first.done();
    }
  }

  /** The last flush: waits for a reader that is behind, up to `limitMs`. Blocks its thread. */
  finish(limitMs: number): void {
    const untilMs = performance.now() + limitMs;
    this.flush();
    while (this.waits && performance.now() < untilMs) {
      Atomics.wait(PAUSE, 0, 0, PAUSE_MS);
      this.flush();
    }
  }

  /** @returns bytes taken; all of them when nobody reads any more: the primary is gone, and this process ends for it */
  #put(bytes: Uint8Array, length: number): number {
    const sent = this.#libc.send(this.#fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) return sent;
    const errno = this.#libc.errno();
    return errno === EAGAIN || isPassing(errno) ? 0 : length;
  }
}
