import { EFD_CLOEXEC, EFD_NONBLOCK, EPOLLIN, errnoName } from './libc.ts';
import type { Libc } from './libc.ts';
import type { Loop, Pollable } from './loop.ts';

/** An eventfd (eventfd(2)) by which another thread of this process interrupts the loop's wait. */

const COUNTER_BYTES = 8;
const ADD_ONE = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);

/** The descriptor both sides use. @throws when there is none left */
export function createWakeFd(libc: Libc): number {
  const fd = libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (fd < 0) throw new Error(`eventfd failed: ${errnoName(libc.errno())}`);
  return fd;
}

/** Wakes the loop; called from the other thread, with its own binding. */
export function wake(libc: Libc, fd: number): void {
  libc.write(fd, ADD_ONE, COUNTER_BYTES);
}

/** The loop's end: calls `woken` in the loop. */
export class Wake implements Pollable {
  generation = 0;
  readonly #loop: Loop;
  readonly #fd: number;
  readonly #woken: () => void;
  readonly #counter = new Uint8Array(COUNTER_BYTES);

  constructor(loop: Loop, fd: number, woken: () => void) {
    this.#loop = loop;
    this.#fd = fd;
    this.#woken = woken;
    if (!loop.register(fd, this, EPOLLIN))
      throw new Error(`the eventfd cannot be watched: ${errnoName(loop.libc.errno())}`);
  }

  ready(): void {
    this.#loop.libc.read(this.#fd, this.#counter, COUNTER_BYTES);
    this.#woken();
  }
}
