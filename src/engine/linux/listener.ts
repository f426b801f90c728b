import type { Connection } from '../engine.ts';
import { NOBODY } from '../engine.ts';
import { CONNECTION_EVENTS } from './connection-state.ts';
import { LinuxConnection } from './connection.ts';
import {
  EMFILE,
  ENFILE,
  EPOLLEXCLUSIVE,
  EPOLLIN,
  EFD_CLOEXEC,
  MSG_NOSIGNAL,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  errnoName,
} from './libc.ts';
import type { Loop, Pollable } from './loop.ts';
import { PeerText, SOCKET_ADDRESS_BYTES, socketPort } from './socket-address.ts';

/**
 * Accepts from the listening socket that all workers share. `EPOLLEXCLUSIVE` wakes one of them for a connection, not
 * all (epoll_ctl(2)).
 */

/** Connections accepted before others are served: a burst must not hold up the tunnels that stand. */
const ACCEPTS_IN_A_ROW = 16;
/**
 * The kernel wakes whoever has waited on the socket for longest, so an idle worker would take every connection until it
 * is busy, and tunnels that live long would all be its own. After so many it goes to the end of the queue.
 */
const ACCEPTS_A_TURN = 8;
const LISTENER_EVENTS = EPOLLIN | EPOLLEXCLUSIVE;

export interface Accepting {
  /** Takes over a connection; gives it its owner before it returns. */
  accepted(connection: Connection): void;
  /** A client could not be taken for lack of descriptors; it gets `answer` and is closed. `code`: "EMFILE" or "ENFILE". */
  refused(code: string): Uint8Array;
}

export class Listener implements Pollable {
  generation = 0;
  readonly #loop: Loop;
  readonly #fd: number;
  readonly #accepting: Accepting;
  readonly #address = new Uint8Array(SOCKET_ADDRESS_BYTES);
  readonly #length = new Uint8Array(4);
  readonly #peers = new PeerText();
  /** A descriptor in reserve: without one left a client could not even be told that there is none. */
  #reserve: number;
  #listening = true;
  #inARow = 0;

  /** @throws when the socket cannot be watched */
  constructor(loop: Loop, fd: number, accepting: Accepting) {
    this.#loop = loop;
    this.#fd = fd;
    this.#accepting = accepting;
    this.#reserve = this.#newReserve();
    this.#watch();
  }

  ready(): void {
    // Another thread of this process may have taken the descriptor that was given up for a moment.
    if (this.#reserve < 0) this.#reserve = this.#newReserve();
    for (let count = 0; count < ACCEPTS_IN_A_ROW && this.#listening; count += 1) {
      this.#length[0] = SOCKET_ADDRESS_BYTES;
      const fd = this.#loop.libc.accept4(this.#fd, this.#address, this.#length, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd >= 0) this.#accepted(fd);
      else if (!this.#failed(this.#loop.libc.errno())) break;
    }
    if (this.#inARow < ACCEPTS_A_TURN || !this.#listening) return;
    this.#inARow = 0;
    this.#loop.unwatch(this.#fd);
    this.#watch();
  }

  /** Accepts no more. The socket itself lives on in the other processes. */
  stop(): void {
    if (!this.#listening) return;
    this.#listening = false;
    this.#loop.unwatch(this.#fd);
    this.#loop.libc.close(this.#fd);
    if (this.#reserve >= 0) this.#loop.libc.close(this.#reserve);
    this.#reserve = -1;
  }

  #watch(): void {
    if (this.#loop.register(this.#fd, this, LISTENER_EVENTS)) return;
    throw new Error(`the listening socket cannot be watched: ${errnoName(this.#loop.libc.errno())}`);
  }

  #accepted(fd: number): void {
    this.#inARow += 1;
    const remote = { address: this.#peers.read(this.#address), port: socketPort(this.#address) };
    const connection = new LinuxConnection(this.#loop, fd, NOBODY, remote, false);
    if (this.#loop.register(fd, connection, CONNECTION_EVENTS)) this.#accepting.accepted(connection);
    else this.#loop.libc.close(fd);
  }

  /** @returns true when accepting goes on */
  #failed(errno: number): boolean {
    if ((errno === EMFILE || errno === ENFILE) && this.#reserve >= 0) return this.#refuse(errnoName(errno));
    // EAGAIN: no more. The rest are failures of that one connection (accept(2)), or pass by themselves.
    return false;
  }

  /** Gives up the reserve for the moment it takes to answer one client. @returns true when a client was there */
  #refuse(code: string): boolean {
    const { libc } = this.#loop;
    libc.close(this.#reserve);
    const fd = libc.accept4(this.#fd, this.#address, this.#length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      const answer = this.#accepting.refused(code);
      libc.send(fd, answer, answer.length, MSG_NOSIGNAL);
      // Closed with the request unread, the socket would send a reset behind the answer, which some clients see first.
      libc.recv(fd, this.#loop.buffer, this.#loop.buffer.length, 0);
      libc.close(fd);
    }
    this.#reserve = this.#newReserve();
    return fd >= 0;
  }

  #newReserve(): number {
    return this.#loop.libc.eventfd(0, EFD_CLOEXEC);
  }
}
