import { EPOLLERR, EPOLLET, EPOLLHUP, EPOLLIN, EPOLLOUT, EPOLLRDHUP } from './libc.ts';

/** What a connection of the Linux engine is in the middle of, and what it is registered for. */

/** Registered once for input, output and half-close; never changed. */
export const CONNECTION_EVENTS = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
/** Edges that end a connection or half of it. */
export const ENDING_EVENTS = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

/** States that may hold together, as bits. */
export const CONNECTING = 1;
/** The owner does not want bytes now. */
export const PAUSED = 2;
/** There may be bytes to read of which no further edge will tell. */
export const UNREAD = 4;
/** The other end has finished or failed: read on until the kernel says so, because no further edge will come. */
export const ENDED = 8;
/** Nothing more will be read: the end of the stream has been told, or `close` was called. */
export const DEAF = 16;
/** FIN goes out behind what is pending. */
export const END_WANTED = 32;
/** Close behind what is pending. */
export const CLOSE_WANTED = 64;
export const CLOSED = 128;
/** A write has failed: nothing more is written, what has been received is still read. */
export const BROKEN = 256;
export const QUEUED = 512;
