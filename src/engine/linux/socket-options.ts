import { EINTR, ENOBUFS, ENOMEM, SOL_SOCKET, SO_ERROR, SO_LINGER, SO_OOBINLINE } from './libc.ts';
import type { Libc } from './libc.ts';

/** Options and failures of one socket (socket(7)). */

/** The int 1 as an option value. */
export const ONE = Uint8Array.of(1, 0, 0, 0);
/** struct linger: on, 0 seconds. */
const NO_LINGER = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);

/** The failure the kernel holds for the socket, as an errno number; 0 when there is none. Asking clears it. */
export function socketError(libc: Libc, fd: number): number {
  const value = new Uint8Array(4);
  libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, value, Uint8Array.of(4, 0, 0, 0));
  return new DataView(value.buffer).getInt32(0, true);
}

/** Makes the close of the socket a reset that drops what is not sent yet. */
export function resetOnClose(libc: Libc, fd: number): void {
  libc.setsockopt(fd, SOL_SOCKET, SO_LINGER, NO_LINGER, NO_LINGER.length);
}

/** Leaves urgent bytes in the stream (RFC 6093 section 6): the gateway drops nothing of what it forwards. */
export function keepUrgentInline(libc: Libc, fd: number): void {
  libc.setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, ONE, ONE.length);
}

/** The machine is short of memory, or a signal came: not this connection's fault, and no edge tells when it is over. */
export function isPassing(errno: number): boolean {
  return errno === ENOBUFS || errno === ENOMEM || errno === EINTR;
}
