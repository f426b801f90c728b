import { createRequire } from 'node:module';
import { constants } from 'node:os';

/**
 * The C library through koffi: the only file that declares C. Every function answers what the system call answers, -1
 * for a failure; `errno` then tells which. Layouts and numbers are those of Linux on x86-64 and arm64 (Linux UAPI
 * headers); `test/engine/linux/libc.test.ts` compares them with the machine's headers.
 */

/** Memory a call reads or writes; it must be at least as long as the call is told. */
export type Memory = Uint8Array;

export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Memory, length: number): number;
  listen(fd: number, backlog: number): number;
  /** `length` holds a 32-bit in-out length. */
  accept4(fd: number, address: Memory, length: Memory, flags: number): number;
  connect(fd: number, address: Memory, length: number): number;
  recv(fd: number, buffer: Memory, length: number, flags: number): number;
  send(fd: number, buffer: Memory, length: number, flags: number): number;
  shutdown(fd: number, how: number): number;
  close(fd: number): number;
  getsockopt(fd: number, level: number, option: number, value: Memory, length: Memory): number;
  setsockopt(fd: number, level: number, option: number, value: Memory, length: number): number;
  getsockname(fd: number, address: Memory, length: Memory): number;
  epoll_create1(flags: number): number;
  epoll_ctl(epoll: number, operation: number, fd: number, event: Memory): number;
  epoll_wait(epoll: number, events: Memory, count: number, timeoutMs: number): number;
  eventfd(initial: number, flags: number): number;
  read(fd: number, buffer: Memory, length: number): number;
  write(fd: number, buffer: Memory, length: number): number;
  fcntl(fd: number, command: number, argument: number): number;
  /** The number of the last failure of this thread. */
  errno(): number;
}

const SIGNATURES = {
  socket: 'int socket(int, int, int)',
  bind: 'int bind(int, void *, uint32_t)',
  listen: 'int listen(int, int)',
  accept4: 'int accept4(int, void *, void *, int)',
  connect: 'int connect(int, void *, uint32_t)',
  recv: 'long recv(int, void *, size_t, int)',
  send: 'long send(int, void *, size_t, int)',
  shutdown: 'int shutdown(int, int)',
  close: 'int close(int)',
  getsockopt: 'int getsockopt(int, int, int, void *, void *)',
  setsockopt: 'int setsockopt(int, int, int, void *, uint32_t)',
  getsockname: 'int getsockname(int, void *, void *)',
  epoll_create1: 'int epoll_create1(int)',
  epoll_ctl: 'int epoll_ctl(int, int, int, void *)',
  epoll_wait: 'int epoll_wait(int, void *, int, int)',
  eventfd: 'int eventfd(unsigned int, int)',
  read: 'long read(int, void *, size_t)',
  write: 'long write(int, void *, size_t)',
  fcntl: 'int fcntl(int, int, int)',
} as const satisfies Record<Exclude<keyof Libc, 'errno'>, string>;

/** What is used of koffi. */
interface Koffi {
  load(library: string | null): { func(signature: string): unknown };
  errno(): number;
}

/**
 * Binds the C library this process is linked with already, glibc or musl alike. A thread that calls it gets bindings of
 * its own.
 * @throws when koffi is not installed, has no binary for this platform, or a function is missing
 */
export function loadLibc(): Libc {
  const koffi = createRequire(import.meta.url)('koffi') as Koffi;
  const library = koffi.load(null);
  const bound: Record<string, unknown> = { errno: () => koffi.errno() };
  for (const [name, signature] of Object.entries(SIGNATURES)) bound[name] = library.func(signature);
  return bound as unknown as Libc;
}

/** sys/socket.h, netinet/in.h, netinet/tcp.h. */
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_NONBLOCK = 0x800;
export const SOCK_CLOEXEC = 0x80000;
export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_ERROR = 4;
export const SO_OOBINLINE = 10;
export const SO_LINGER = 13;
export const SO_ACCEPTCONN = 30;
export const IPPROTO_TCP = 6;
export const TCP_NODELAY = 1;
export const IPPROTO_IPV6 = 41;
export const IPV6_V6ONLY = 26;
export const MSG_DONTWAIT = 0x40;
export const MSG_NOSIGNAL = 0x4000;
export const SHUT_WR = 1;

/** fcntl.h. */
export const F_GETFL = 3;
export const F_SETFL = 4;
export const O_NONBLOCK = 0x800;

/** sys/epoll.h. */
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLLIN = 0x001;
export const EPOLLPRI = 0x002;
export const EPOLLOUT = 0x004;
export const EPOLLERR = 0x008;
export const EPOLLHUP = 0x010;
export const EPOLLRDHUP = 0x2000;
export const EPOLLEXCLUSIVE = 0x1000_0000;
export const EPOLLET = 0x8000_0000;
export const EPOLL_CLOEXEC = 0x80000;
/** struct epoll_event is packed on x86-64 only (epoll_ctl(2)). */
export const EPOLL_EVENT_BYTES = process.arch === 'x64' ? 12 : 16;
export const EPOLL_DATA_AT = process.arch === 'x64' ? 4 : 8;

/** sys/eventfd.h. */
export const EFD_NONBLOCK = 0x800;
export const EFD_CLOEXEC = 0x80000;

/** errno.h, as this platform numbers them. */
export const EAGAIN = constants.errno.EAGAIN;
export const EINTR = constants.errno.EINTR;
export const EINPROGRESS = constants.errno.EINPROGRESS;
export const EMFILE = constants.errno.EMFILE;
export const ENFILE = constants.errno.ENFILE;
export const ENOBUFS = constants.errno.ENOBUFS;
export const ENOMEM = constants.errno.ENOMEM;

const NAMES: ReadonlyMap<number, string> = new Map(
  // EWOULDBLOCK is another name of EAGAIN: the first name of a number stays.
  Object.entries(constants.errno)
    .reverse()
    .map(([name, number]) => [number, name]),
);

/** "ECONNRESET" of 104; "E104" where the number has no name. */
export function errnoName(number: number): string {
  return NAMES.get(number) ?? `E${number}`;
}
