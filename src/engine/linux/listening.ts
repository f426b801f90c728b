import type { IpAddress } from '../../address/ip.ts';
import {
  AF_INET6,
  F_GETFL,
  F_SETFL,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_V6ONLY,
  O_NONBLOCK,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_REUSEADDR,
  TCP_NODELAY,
  errnoName,
} from './libc.ts';
import type { Libc } from './libc.ts';
import { SOCKET_ADDRESS_BYTES, socketPort, writeSocketAddress } from './socket-address.ts';
import { ONE } from './socket-options.ts';

/**
 * The listening socket. Opened by the primary, inherited by every worker, closed by nobody while the gateway runs:
 * whatever happens to workers, the kernel goes on completing connections.
 */

/** Connections the kernel completes before they are accepted; capped by net.core.somaxconn (listen(2)). */
const BACKLOG = 4096;
const ZERO = new Uint8Array(4);

/**
 * Listens on an address. The socket does not block; TCP_NODELAY is set on it because accepted ones inherit it (tcp(7)).
 * On `::` it takes both families.
 * @param port 0 for one the kernel chooses
 * @throws an Error with `code` set to the errno name
 */
export function openListener(libc: Libc, address: IpAddress, port: number): number {
  const target = new Uint8Array(SOCKET_ADDRESS_BYTES);
  const length = writeSocketAddress(target, address, port);
  const fd = libc.socket(target[0] ?? 0, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) throw failure(libc, 'socket');
  libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ONE, ONE.length);
  libc.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, ONE, ONE.length);
  // The system's default (net.ipv6.bindv6only) must not decide it.
  if (target[0] === AF_INET6) libc.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, ZERO, ZERO.length);
  const failed = libc.bind(fd, target, length) < 0 ? 'bind' : libc.listen(fd, BACKLOG) < 0 ? 'listen' : null;
  if (failed === null) return fd;
  const error = failure(libc, failed);
  libc.close(fd);
  throw error;
}

/** Makes a listening socket that somebody else opened (sd_listen_fds(3)) into what `openListener` gives. */
export function prepareListener(libc: Libc, fd: number): void {
  const flags = libc.fcntl(fd, F_GETFL, 0);
  if (flags < 0 || libc.fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) throw failure(libc, 'fcntl');
  libc.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, ONE, ONE.length);
}

/** The port a socket is bound to. */
export function localPort(libc: Libc, fd: number): number {
  const address = new Uint8Array(SOCKET_ADDRESS_BYTES);
  if (libc.getsockname(fd, address, Uint8Array.of(address.length, 0, 0, 0)) < 0) throw failure(libc, 'getsockname');
  return socketPort(address);
}

function failure(libc: Libc, call: string): NodeJS.ErrnoException {
  const code = errnoName(libc.errno());
  return Object.assign(new Error(`${call} failed: ${code}`), { code });
}
