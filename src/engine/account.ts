import type { Reason } from '../events/reasons.ts';
import type { Meter } from '../metrics/meter.ts';

/**
 * What one tunnel moves, told to the meter of its loop: bytes once a second while it is open, the rest when it ends, so
 * that the sums of the closing events are the sums of the counters.
 */
export class Account {
  /** Bytes a second, up to the last look. */
  upPerSecond = 0;
  downPerSecond = 0;
  readonly #meter: Meter;
  #state: 'new' | 'open' | 'closed' = 'new';
  #dialedMs = 0;
  #lookedMs = 0;
  #bytesUp = 0;
  #bytesDown = 0;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** The destination is asked for. */
  dialing(nowMs: number): void {
    this.#dialedMs = nowMs;
  }

  /** The destination is connected. */
  opened(nowMs: number): void {
    this.#state = 'open';
    this.#lookedMs = nowMs;
    this.#meter.tunnelOpened(nowMs - this.#dialedMs);
  }

  /** @param bytesUp payload bytes written to the destination so far; @param bytesDown to the client */
  look(nowMs: number, bytesUp: number, bytesDown: number): void {
    if (this.#state !== 'open') return;
    const seconds = (nowMs - this.#lookedMs) / 1000;
    if (seconds <= 0) return;
    this.#lookedMs = nowMs;
    this.upPerSecond = Math.round((bytesUp - this.#bytesUp) / seconds);
    this.downPerSecond = Math.round((bytesDown - this.#bytesDown) / seconds);
    this.#tell(bytesUp, bytesDown);
  }

  /** The closing event is reported; nothing happens when the destination was never connected, or when told again. */
  closed(ending: Reason, durationMs: number, bytesUp: number, bytesDown: number): void {
    if (this.#state !== 'open') return;
    this.#state = 'closed';
    this.#tell(bytesUp, bytesDown);
    this.#meter.tunnelClosed(ending, durationMs);
  }

  #tell(bytesUp: number, bytesDown: number): void {
    this.#meter.moved(bytesUp - this.#bytesUp, bytesDown - this.#bytesDown);
    this.#bytesUp = bytesUp;
    this.#bytesDown = bytesDown;
  }
}
