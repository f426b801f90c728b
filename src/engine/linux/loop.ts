import {
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_DATA_AT,
  EPOLL_EVENT_BYTES,
  EINTR,
  errnoName,
} from './libc.ts';
import type { Libc } from './libc.ts';

/**
 * The epoll loop (epoll(7)): waits, dispatches, serves those that are ready without a new edge, lets deadlines pass. It
 * blocks its thread for as long as it runs; nothing in it waits for anything but `epoll_wait`.
 */

/** What a descriptor belongs to. */
export interface Pollable {
  /** Set by the loop. An event of an earlier owner of the same descriptor carries another generation. */
  generation: number;
  /** @param events the bits epoll reported, see epoll_ctl(2) */
  ready(events: number): void;
}

/** Served once per turn while it has work that no edge will announce. */
export interface Runnable {
  run(): void;
}

/** Told behind the batch in which a descriptor was closed. */
export interface Closable {
  tellClosed(): void;
}

/** Events taken from the kernel at a time; enough that a full batch means there is much to do anyway. */
const BATCH = 512;
/** One read buffer for all connections of the loop. */
const BUFFER_BYTES = 1 << 18;

export interface LoopOptions {
  readonly libc: Libc;
  /** Longest wait in ms when something has a deadline; -1 when nothing has. Asked before each wait. */
  readonly maxWaitMs: () => number;
  /** Called at the end of each turn with the time in ms. */
  readonly turn: (nowMs: number) => void;
}

export class Loop {
  readonly libc: Libc;
  /** What every connection reads into; its content is of no use after the next read. */
  readonly buffer = new Uint8Array(BUFFER_BYTES);
  /** Monotonic ms, taken once per turn. */
  nowMs = performance.now();

  readonly #options: LoopOptions;
  readonly #epoll: number;
  readonly #entries: (Pollable | undefined)[] = [];
  readonly #events = new Uint8Array(BATCH * EPOLL_EVENT_BYTES);
  readonly #view = new DataView(this.#events.buffer);
  readonly #scratch = new Uint8Array(EPOLL_EVENT_BYTES);
  readonly #scratchView = new DataView(this.#scratch.buffer);
  #generation = 0;
  #ready: Runnable[] = [];
  #serving: Runnable[] = [];
  #closed: Closable[] = [];
  #open = 0;
  #running = true;

  /** @throws an Error that names the errno when the kernel gives no epoll instance */
  constructor(options: LoopOptions) {
    this.#options = options;
    this.libc = options.libc;
    this.#epoll = options.libc.epoll_create1(EPOLL_CLOEXEC);
    if (this.#epoll < 0) throw new Error(`epoll_create1 failed: ${errnoName(options.libc.errno())}`);
  }

  /** Descriptors registered now, the loop's own not counted. */
  get open(): number {
    return this.#open;
  }

  /**
   * Watches a descriptor. One call per descriptor for its whole life: edge-triggered, nothing is changed afterwards.
   * @returns false when the kernel refuses (ENOSPC, ENOMEM); `errno` tells why
   */
  register(fd: number, pollable: Pollable, events: number): boolean {
    this.#generation = (this.#generation + 1) >>> 0;
    pollable.generation = this.#generation;
    this.#scratchView.setUint32(0, events, true);
    this.#scratchView.setInt32(EPOLL_DATA_AT, fd, true);
    this.#scratchView.setUint32(EPOLL_DATA_AT + 4, pollable.generation, true);
    if (this.libc.epoll_ctl(this.#epoll, EPOLL_CTL_ADD, fd, this.#scratch) < 0) return false;
    this.#entries[fd] = pollable;
    this.#open += 1;
    return true;
  }

  /** Closes a registered descriptor. The kernel forgets it; events of it that are taken already are passed over. */
  release(fd: number): void {
    if (this.#entries[fd] === undefined) return;
    this.#entries[fd] = undefined;
    this.#open -= 1;
    this.libc.close(fd);
  }

  /** Stops watching without closing. Closing alone would not do for a descriptor that other processes share (epoll(7)). */
  unwatch(fd: number): void {
    if (this.#entries[fd] === undefined) return;
    this.libc.epoll_ctl(this.#epoll, EPOLL_CTL_DEL, fd, this.#scratch);
    this.#entries[fd] = undefined;
    this.#open -= 1;
  }

  /** Serves `runnable` in the next turn; the caller sees to it that it is asked for once only. */
  later(runnable: Runnable): void {
    this.#ready.push(runnable);
  }

  /** Tells `closable` at the end of this turn that its descriptor is closed: never inside a call of its owner. */
  closedLater(closable: Closable): void {
    this.#closed.push(closable);
  }

  /** Runs until `stop`. Throws what a handler throws: a loop that lost its footing must not go on. */
  run(): void {
    while (this.#running) this.turn();
  }

  /** Ends `run` after the turn it is in. */
  stop(): void {
    this.#running = false;
  }

  /** One turn: wait, dispatch, serve. */
  turn(): void {
    const waitMs = this.#ready.length > 0 || this.#closed.length > 0 ? 0 : this.#options.maxWaitMs();
    const count = this.libc.epoll_wait(this.#epoll, this.#events, BATCH, waitMs);
    if (count < 0) this.#waitFailed();
    this.nowMs = performance.now();
    this.#dispatch(count);
    this.#serve();
    this.#options.turn(this.nowMs);
    this.#tellClosed();
  }

  /** Closes the epoll instance; every descriptor must have been released. */
  dispose(): void {
    this.libc.close(this.#epoll);
  }

  #dispatch(count: number): void {
    const view = this.#view;
    for (let index = 0, at = 0; index < count; index += 1, at += EPOLL_EVENT_BYTES) {
      const pollable = this.#entries[view.getInt32(at + EPOLL_DATA_AT, true)];
      if (pollable === undefined || pollable.generation !== view.getUint32(at + EPOLL_DATA_AT + 4, true)) continue;
      pollable.ready(view.getUint32(at, true));
    }
  }

  #serve(): void {
    if (this.#ready.length === 0) return;
    const serving = this.#ready;
    this.#ready = this.#serving;
    this.#serving = serving;
    for (const runnable of serving) runnable.run();
    serving.length = 0;
  }

  #tellClosed(): void {
    if (this.#closed.length === 0) return;
    const closed = this.#closed;
    this.#closed = [];
    for (const closable of closed) closable.tellClosed();
  }

  #waitFailed(): void {
    const errno = this.libc.errno();
    if (errno !== EINTR) throw new Error(`epoll_wait failed: ${errnoName(errno)}`);
  }
}
