import type { Connection, ConnectionOwner } from '../engine.ts';
import {
  BROKEN,
  CLOSED,
  CLOSE_WANTED,
  CONNECTING,
  DEAF,
  END_WANTED,
  PAUSED,
  QUEUED,
  READ_OUT,
  READ_OUT_EVENTS,
  UNREAD,
} from './connection-state.ts';
import { EAGAIN, EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT, EPOLLPRI, MSG_NOSIGNAL, SHUT_WR, errnoName } from './libc.ts';
import type { Closable, Loop, Pollable, Runnable } from './loop.ts';
import { isPassing, keepUrgentInline, resetOnClose, socketError } from './socket-options.ts';

/** Reads in a row after which others are served first. */
const READS_IN_A_ROW = 16;

/**
 * One TCP connection on the epoll loop. Reads into the loop's one buffer and writes straight from it; what the kernel
 * does not take is copied to `#pending`, and then the other end is not read until it is gone: that is the backpressure,
 * and it bounds memory to one pending buffer per direction.
 *
 * Edge-triggered: after a short read the next edge tells of more (epoll(7)); what cannot be read when its edge comes is
 * remembered (`UNREAD`) and read when it can.
 */
export class LinuxConnection implements Connection, Pollable, Runnable, Closable {
  owner: ConnectionOwner;
  readonly remoteAddress: string;
  readonly remotePort: number;
  bytesSent = 0;
  lastActiveMs: number;
  generation = 0;

  readonly #loop: Loop;
  #fd: number;
  #state: number;
  #peer: LinuxConnection | null = null;
  #pending: Uint8Array | null = null;
  /** Why the connection failed, until it is told; or why it never came about. */
  #failure = 0;

  /**
   * @param fd a non-blocking descriptor, or -1 when there is none (`fail` follows)
   * @param connecting true until the kernel says that it is connected
   */
  constructor(
    loop: Loop,
    fd: number,
    owner: ConnectionOwner,
    remote: { readonly address: string; readonly port: number },
    connecting: boolean,
  ) {
    this.#loop = loop;
    this.#fd = fd;
    this.owner = owner;
    this.remoteAddress = remote.address;
    this.remotePort = remote.port;
    this.#state = connecting ? CONNECTING : 0;
    this.lastActiveMs = loop.nowMs;
  }

  get keepsBytes(): boolean {
    return this.#pending !== null;
  }

  send(bytes: Uint8Array): boolean {
    if ((this.#state & (CLOSED | CLOSE_WANTED | BROKEN)) !== 0 || bytes.length === 0) return true;
    if (this.#pending === null) {
      this.#forward(bytes, bytes.length);
    } else {
      this.bytesSent += bytes.length;
      const both = new Uint8Array(this.#pending.length + bytes.length);
      both.set(this.#pending);
      both.set(bytes, this.#pending.length);
      this.#pending = both;
    }
    return this.#pending === null;
  }

  end(): void {
    if ((this.#state & (CLOSED | CLOSE_WANTED | BROKEN)) !== 0) return;
    if (this.#pending === null) this.#loop.libc.shutdown(this.#fd, SHUT_WR);
    else this.#state |= END_WANTED;
  }

  close(): void {
    if ((this.#state & (CLOSED | CLOSE_WANTED)) !== 0) return;
    this.#state |= CLOSE_WANTED | DEAF;
    if (this.#pending === null) this.#release();
  }

  reset(): void {
    if ((this.#state & CLOSED) !== 0) return;
    if (this.#fd >= 0 && (this.#state & CONNECTING) === 0) resetOnClose(this.#loop.libc, this.#fd);
    this.#release();
  }

  pauseReading(): void {
    this.#state |= PAUSED;
  }

  resumeReading(): void {
    this.#state &= ~PAUSED;
    if ((this.#state & UNREAD) !== 0) this.#queue();
  }

  spliceTo(peer: Connection): void {
    if (!(peer instanceof LinuxConnection)) throw new Error('cannot splice connections of different engines');
    this.#peer = peer;
    if ((this.#state & UNREAD) !== 0) this.#queue();
  }

  /** The connection did not come about; the owner is told from the loop. */
  fail(errno: number): void {
    this.#failure = errno;
    this.#queue();
  }

  /** Called by the loop with the edges of this descriptor. */
  ready(events: number): void {
    if ((this.#state & CONNECTING) !== 0) {
      if ((events & (EPOLLERR | EPOLLHUP)) !== 0) {
        this.#lose(socketError(this.#loop.libc, this.#fd));
        return;
      }
      if ((events & EPOLLOUT) === 0) return;
      this.#state &= ~CONNECTING;
      this.owner.connected(this);
    }
    if ((events & READ_OUT_EVENTS) !== 0 && this.#fd >= 0) this.#unusual(events);
    if ((events & EPOLLOUT) !== 0 && this.#pending !== null) this.#flush();
    if ((events & (EPOLLIN | READ_OUT_EVENTS)) !== 0) this.#read();
  }

  /** Called by the loop: there may be work without a new edge. */
  run(): void {
    this.#state &= ~QUEUED;
    if ((this.#state & CLOSED) !== 0) return;
    if (this.#failure !== 0 && (this.#state & BROKEN) === 0) {
      this.#lose(this.#failure);
      return;
    }
    if (this.#pending !== null) this.#flush();
    this.#read();
  }

  tellClosed(): void {
    this.owner.closed(this);
  }

  #unusual(events: number): void {
    const { libc } = this.#loop;
    this.#state |= READ_OUT;
    if ((events & EPOLLPRI) !== 0) keepUrgentInline(libc, this.#fd);
    const errno = (events & EPOLLERR) !== 0 ? socketError(libc, this.#fd) : 0;
    if (errno !== 0) this.#break(errno);
  }

  #read(): void {
    for (let reads = 0; reads < READS_IN_A_ROW; reads += 1) {
      const peer = this.#peer;
      if ((this.#state & (PAUSED | DEAF | CLOSED)) !== 0 || peer?.takesNothing === true) {
        this.#readLater();
        return;
      }
      const { buffer } = this.#loop;
      const received = this.#loop.libc.recv(this.#fd, buffer, buffer.length, 0);
      if (received <= 0) {
        this.#nothingReceived(received);
        return;
      }
      this.lastActiveMs = this.#loop.nowMs;
      if (peer === null) this.owner.received(this, buffer.subarray(0, received));
      else peer.#forward(buffer, received);
      // A read that did not fill the buffer emptied the socket: the next edge tells of more.
      if (received < buffer.length && (this.#state & READ_OUT) === 0) {
        this.#state &= ~UNREAD;
        return;
      }
    }
    this.#state |= UNREAD;
    this.#queue();
  }

  /** True while bytes for this end would only pile up. */
  get takesNothing(): boolean {
    return this.#pending !== null || (this.#state & BROKEN) !== 0;
  }

  /** Writes from memory that is borrowed; keeps a copy of what the kernel does not take. */
  #forward(buffer: Uint8Array, length: number): void {
    if ((this.#state & (CLOSED | CLOSE_WANTED)) !== 0) return;
    this.bytesSent += length;
    this.lastActiveMs = this.#loop.nowMs;
    const sent = this.#write(buffer, length);
    if (sent < length && (this.#state & BROKEN) === 0) this.#pending = buffer.slice(sent, length);
  }

  /** @returns bytes the kernel took; fewer than `length` when its buffer is full or the connection is broken */
  #write(bytes: Uint8Array, length: number): number {
    const { libc } = this.#loop;
    const sent = libc.send(this.#fd, bytes, length, MSG_NOSIGNAL);
    if (sent >= 0) return sent;
    const errno = libc.errno();
    if (isPassing(errno)) this.#queue();
    else if (errno !== EAGAIN) this.#break(errno);
    return 0;
  }

  /** The connection failed: what the other end sent before is still read and forwarded, then the loss is told. */
  #break(errno: number): void {
    this.#state |= BROKEN | READ_OUT;
    this.#failure = errno;
    this.#pending = null;
    this.#queue();
  }

  #flush(): void {
    const pending = this.#pending;
    if (pending === null) return;
    const sent = this.#write(pending, pending.length);
    if ((this.#state & BROKEN) !== 0) return;
    if (sent < pending.length) {
      if (sent > 0) this.#pending = pending.subarray(sent);
      return;
    }
    this.#pending = null;
    this.lastActiveMs = this.#loop.nowMs;
    this.#flushed();
  }

  #flushed(): void {
    if ((this.#state & END_WANTED) !== 0) this.#loop.libc.shutdown(this.#fd, SHUT_WR);
    if ((this.#state & CLOSE_WANTED) !== 0) {
      this.#release();
      return;
    }
    this.#peer?.resumeReading();
    this.owner.drained(this);
  }

  /** Bytes may be there and cannot be read now. A failure is told all the same, unless earlier bytes have to go first. */
  #readLater(): void {
    if ((this.#state & CLOSED) !== 0) return;
    this.#state |= UNREAD;
    if ((this.#state & BROKEN) === 0) return;
    if ((this.#state & CLOSE_WANTED) !== 0) this.#release();
    else if (this.#peer === null || (this.#state & DEAF) !== 0) this.#lose(this.#failure);
  }

  #nothingReceived(received: number): void {
    if (received === 0) {
      this.#state &= ~UNREAD;
      // Once its failure has been asked for, the kernel reports the loss as the end of the stream.
      if ((this.#state & BROKEN) !== 0) {
        this.#lose(this.#failure);
        return;
      }
      this.#state |= DEAF;
      this.owner.ended(this);
      return;
    }
    const errno = this.#loop.libc.errno();
    if (errno === EAGAIN) {
      this.#state &= ~UNREAD;
      if ((this.#state & BROKEN) !== 0) this.#lose(this.#failure);
    } else if (isPassing(errno)) {
      this.#state |= UNREAD;
      this.#queue();
    } else {
      this.#lose(errno);
    }
  }

  #lose(errno: number): void {
    this.#pending = null;
    this.#state |= DEAF;
    this.owner.lost(this, errnoName(errno));
    this.#release();
  }

  #release(): void {
    if ((this.#state & CLOSED) !== 0) return;
    this.#state |= CLOSED | DEAF;
    this.#pending = null;
    if (this.#fd >= 0) this.#loop.release(this.#fd);
    this.#fd = -1;
    this.#loop.closedLater(this);
  }

  #queue(): void {
    if ((this.#state & (QUEUED | CLOSED)) !== 0) return;
    this.#state |= QUEUED;
    this.#loop.later(this);
  }
}
