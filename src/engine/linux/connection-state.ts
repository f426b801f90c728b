import { EPOLLERR, EPOLLET, EPOLLHUP, EPOLLIN, EPOLLOUT, EPOLLPRI, EPOLLRDHUP } from './libc.ts';

/** What a connection of the Linux engine is in the middle of, and what it is registered for. */

/** Registered once for input, urgent input, output and half-close; never changed. */
export const CONNECTION_EVENTS = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET;
/** Edges behind which a short read does not mean that nothing is left, see `READ_OUT`. */
export const READ_OUT_EVENTS = EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLPRI;

/** States that may hold together, as bits. */
export const CONNECTING = 1;
/** The owner does not want bytes now. */
export const PAUSED = 2;
/** There may be bytes to read of which no further edge will tell. */
export const UNREAD = 4;
/**
 * Read on until the kernel says that there is no more: the other end has finished or failed, so that no further edge will
 * come; or it has sent urgent data, where a read stops although there is more (tcp(7)).
 */
export const READ_OUT = 8;
/** Nothing more will be read: the end of the stream has been told, or `close` was called. */
export const DEAF = 16;
/** FIN goes out behind what is pending. */
export const END_WANTED = 32;
/** Close behind what is pending. */
export const CLOSE_WANTED = 64;
export const CLOSED = 128;
/** The connection has failed: nothing more is written, what was received before is still read. */
export const BROKEN = 256;
export const QUEUED = 512;
