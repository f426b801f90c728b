import type { Socket } from 'node:net';
import { PatternReader, writePattern } from './pattern.ts';

/** The destination of the soak: does what the first line of each tunnel orders, and checks every byte of the upload. */

export interface Order {
  /** Bytes of the upload and where its pattern begins. */
  readonly up: number;
  readonly upOffset: number;
  readonly down: number;
  readonly downOffset: number;
  /** The origin reads no further for `stallMs` once it has received so many bytes. */
  readonly stallAt: number;
  readonly stallMs: number;
  /** The origin resets once it has received so many bytes; Infinity is not JSON, so -1 means never. */
  readonly resetAt: number;
  /** The origin sends its FIN behind the download, whatever is still on its way up. */
  readonly endFirst: boolean;
  /** The client resets, which may look like an end, see `Stage.earlyEnds`. */
  readonly mayEndEarly: boolean;
}

export interface Told {
  /** A byte is another one than was sent. */
  wrong(what: string): void;
  /** An upload ended before its last byte. */
  short(what: string): void;
  /** An upload that the client was to reset has ended instead. */
  endedEarly(): void;
}

export function obeyOrders(told: Told): (socket: Socket) => void {
  return (socket) => {
    let head = Buffer.alloc(0);
    const onHead = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\n');
      if (end < 0) return;
      socket.off('data', onHead);
      obey(socket, JSON.parse(head.toString('latin1', 0, end)) as Order, head.subarray(end + 1), told);
    };
    socket.on('data', onHead);
  };
}

function obey(socket: Socket, order: Order, first: Buffer, told: Told): void {
  const reader = new PatternReader(order.upOffset);
  let stalled = order.stallMs === 0;
  let sent = false;
  let ended = false;
  const finish = (): void => {
    if (sent && (ended || order.endFirst)) socket.end();
  };
  const take = (chunk: Buffer): void => {
    try {
      reader.take(chunk);
    } catch (error) {
      told.wrong(`upload: ${(error as Error).message}`);
      socket.destroy();
      return;
    }
    if (order.resetAt >= 0 && reader.received >= order.resetAt) {
      socket.resetAndDestroy();
    } else if (!stalled && reader.received >= order.stallAt) {
      stalled = true;
      socket.pause();
      setTimeout(() => socket.resume(), order.stallMs);
    }
  };
  socket.on('data', take);
  socket.on('end', () => {
    ended = true;
    if (reader.received !== order.up) {
      if (order.mayEndEarly) told.endedEarly();
      else told.short(`upload: ended after ${reader.received} of ${order.up} bytes`);
    }
    finish();
  });
  take(first);
  if (socket.destroyed) return;
  writePattern(socket, order.downOffset, order.down, () => {
    sent = true;
    finish();
  });
}
