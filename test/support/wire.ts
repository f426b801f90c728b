import assert from 'node:assert/strict';
import { parseIp } from '../../src/address/ip.ts';
import type { Connection, ConnectionOwner } from '../../src/engine/engine.ts';
import { CONNECTION_EVENTS } from '../../src/engine/linux/connection-state.ts';
import { LinuxConnection } from '../../src/engine/linux/connection.ts';
import {
  AF_INET,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  errnoName,
} from '../../src/engine/linux/libc.ts';
import type { Libc } from '../../src/engine/linux/libc.ts';
import { localPort, openListener } from '../../src/engine/linux/listening.ts';
import { Loop } from '../../src/engine/linux/loop.ts';
import { SOCKET_ADDRESS_BYTES, writeSocketAddress } from '../../src/engine/linux/socket-address.ts';
import { resetOnClose } from '../../src/engine/linux/socket-options.ts';

/**
 * Real sockets for tests of the epoll loop. The loop blocks its thread, so the other end of a connection is a bare
 * descriptor in the same thread: the test says what it does, then lets the loop take a turn.
 */

const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const WAIT_MS = 30;

export function ip(text: string): NonNullable<ReturnType<typeof parseIp>> {
  const address = parseIp(text);
  assert.ok(address !== null, text);
  return address;
}

export function newLoop(libc: Libc): Loop {
  return new Loop({ libc, maxWaitMs: () => WAIT_MS, turn: () => undefined });
}

/** Turns until `done`, and fails when that does not come about. */
export function turnUntil(loop: Loop, done: () => boolean, turns = 100): void {
  for (let turn = 0; turn < turns && !done(); turn += 1) loop.turn();
  assert.ok(done(), 'the loop did not come there');
}

/** The other end of a connection, as a bare descriptor. */
export class Peer {
  readonly fd: number;
  readonly #libc: Libc;

  constructor(libc: Libc, fd: number) {
    this.#libc = libc;
    this.fd = fd;
  }

  send(text: string | Uint8Array, flags = 0): number {
    const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
    return this.#libc.send(this.fd, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL | flags);
  }

  /** What is there: bytes, 'end', or the name of the failure ("EAGAIN" when nothing is there). */
  recv(limit = 1 << 20): Buffer | string {
    const buffer = Buffer.alloc(limit);
    const length = this.#libc.recv(this.fd, buffer, limit, MSG_DONTWAIT);
    if (length < 0) return errnoName(this.#libc.errno());
    return length === 0 ? 'end' : buffer.subarray(0, length);
  }

  /** Reads as long as there is something, and adds the end or failure behind it. */
  recvAll(): string {
    let all = '';
    for (;;) {
      const got = this.recv();
      if (typeof got === 'string') return got === 'EAGAIN' ? all : `${all}|${got}`;
      all += got.toString('latin1');
    }
  }

  shutdown(): void {
    this.#libc.shutdown(this.fd, 1);
  }

  close(): void {
    this.#libc.close(this.fd);
  }

  reset(): void {
    resetOnClose(this.#libc, this.fd);
    this.#libc.close(this.fd);
  }

  /** A small receive buffer, so that the other end's writes come up short. */
  shrink(): void {
    this.#libc.setsockopt(this.fd, SOL_SOCKET, SO_RCVBUF, int32(4096), 4);
  }
}

export function int32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >> 24);
}

/** Two ends of a TCP connection on loopback: the first does not block, the second is the peer. */
export function tcpPair(libc: Libc, options: { readonly small?: boolean } = {}): [number, Peer] {
  const listener = openListener(libc, ip('127.0.0.1'), 0);
  if (options.small === true) libc.setsockopt(listener, SOL_SOCKET, SO_SNDBUF, int32(4096), 4);
  const peer = dialRaw(libc, localPort(libc, listener), options.small === true);
  const fd = acceptSoon(libc, listener);
  libc.close(listener);
  return [fd, peer];
}

/** A blocking descriptor connected to loopback. */
export function dialRaw(libc: Libc, port: number, small = false): Peer {
  const fd = libc.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const peer = new Peer(libc, fd);
  if (small) peer.shrink();
  const address = new Uint8Array(SOCKET_ADDRESS_BYTES);
  const length = writeSocketAddress(address, ip('127.0.0.1'), port);
  assert.equal(libc.connect(fd, address, length), 0);
  return peer;
}

function acceptSoon(libc: Libc, listener: number): number {
  const address = new Uint8Array(SOCKET_ADDRESS_BYTES);
  for (;;) {
    const length = int32(SOCKET_ADDRESS_BYTES);
    const fd = libc.accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) return fd;
    assert.equal(errnoName(libc.errno()), 'EAGAIN');
  }
}

/** Remembers what it is told; `on` may do something in the middle of it. */
export class Diary implements ConnectionOwner {
  readonly told: string[] = [];
  bytes = '';
  on: Partial<ConnectionOwner> = {};

  connected(connection: Connection): void {
    this.told.push('connected');
    this.on.connected?.(connection);
  }
  received(connection: Connection, bytes: Uint8Array): void {
    this.told.push('received');
    this.bytes += Buffer.from(bytes).toString('latin1');
    this.on.received?.(connection, bytes);
  }
  ended(connection: Connection): void {
    this.told.push('ended');
    this.on.ended?.(connection);
  }
  lost(connection: Connection, code: string): void {
    this.told.push(`lost ${code}`);
    this.on.lost?.(connection, code);
  }
  drained(connection: Connection): void {
    this.told.push('drained');
    this.on.drained?.(connection);
  }
  closed(connection: Connection): void {
    this.told.push('closed');
    this.on.closed?.(connection);
  }

  has(what: string): boolean {
    return this.told.includes(what);
  }
}

export interface End {
  readonly connection: LinuxConnection;
  readonly diary: Diary;
  readonly peer: Peer;
}

/** A connection on the loop with its diary and its peer. */
export function newEnd(loop: Loop, libc: Libc, options: { readonly small?: boolean } = {}): End {
  const [fd, peer] = tcpPair(libc, options);
  const diary = new Diary();
  const connection = new LinuxConnection(loop, fd, diary, { address: '127.0.0.1', port: 1 }, false);
  assert.ok(loop.register(fd, connection, CONNECTION_EVENTS));
  return { connection, diary, peer };
}

/** A C library that fails where the test wants: `fail(call)` answers an errno number, or 0 for the real call. */
export function failing(libc: Libc, fail: (call: keyof Libc) => number): Libc {
  let injected = 0;
  const wrapped: Record<string, unknown> = {};
  for (const [name, real] of Object.entries(libc) as [keyof Libc, (...args: unknown[]) => number][]) {
    wrapped[name] = (...args: unknown[]): number => {
      injected = name === 'errno' ? injected : fail(name);
      if (name === 'errno') return injected === 0 ? real() : injected;
      return injected === 0 ? real(...args) : -1;
    };
  }
  return wrapped as unknown as Libc;
}
