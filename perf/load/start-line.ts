/** Lets all threads begin at the same moment once all of them are there, and ends them early when told so. */

const READY = 0;
const GO = 1;
const STOP = 2;
const NUMBERS_BYTES = 16;
const WAIT_LIMIT_MS = 30_000;

export function startLineMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(NUMBERS_BYTES + Float64Array.BYTES_PER_ELEMENT);
}

export class StartLine {
  readonly #numbers: Int32Array;
  readonly #startEpochMs: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.#numbers = new Int32Array(memory, 0, NUMBERS_BYTES / Int32Array.BYTES_PER_ELEMENT);
    this.#startEpochMs = new Float64Array(memory, NUMBERS_BYTES, 1);
  }

  /** For a client thread: waits for the signal. @returns when to begin, on this thread's `performance.now()` */
  wait(): number {
    Atomics.add(this.#numbers, READY, 1);
    if (Atomics.wait(this.#numbers, GO, 0, WAIT_LIMIT_MS) === 'timed-out') throw new Error('no signal to start');
    return (this.#startEpochMs[0] ?? 0) - performance.timeOrigin;
  }

  /** How many threads wait. */
  get ready(): number {
    return Atomics.load(this.#numbers, READY);
  }

  /** For the main thread: gives the signal. @returns when all begin, on this thread's `performance.now()` */
  start(inMs: number): number {
    const startMs = performance.now() + inMs;
    this.#startEpochMs[0] = performance.timeOrigin + startMs;
    Atomics.store(this.#numbers, GO, 1);
    Atomics.notify(this.#numbers, GO);
    return startMs;
  }

  stop(): void {
    Atomics.store(this.#numbers, STOP, 1);
  }

  get stopped(): boolean {
    return Atomics.load(this.#numbers, STOP) === 1;
  }
}
