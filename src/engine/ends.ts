import type { Side } from '../tunnel/input.ts';
import type { Connection } from './engine.ts';

/** The two connections of a tunnel. A tunnel is its own `Ends`: one object less for each. */
export interface Ends {
  readonly client: Connection;
  /** Null until the destination is connected. */
  readonly origin: Connection | null;
  /** Whether the client, or the origin, has sent its FIN. */
  readonly clientEnded: boolean;
  readonly originEnded: boolean;
}

export function sideOf(ends: Ends, connection: Connection): Side {
  return connection === ends.client ? 'client' : 'origin';
}

export function connectionOf(ends: Ends, side: Side): Connection | null {
  return side === 'client' ? ends.client : ends.origin;
}

/** Payload bytes written to the destination. */
export function bytesUp(ends: Ends): number {
  return ends.origin?.bytesSent ?? 0;
}

/** Payload bytes written to the client; what it is sent before the destination is connected is no payload. */
export function bytesDown(ends: Ends): number {
  return ends.origin === null ? 0 : ends.client.bytesSent;
}

/** When bytes last moved on either side, in ms on the engine's clock. */
export function lastActiveMs(ends: Ends): number {
  return Math.max(ends.client.lastActiveMs, ends.origin?.lastActiveMs ?? 0);
}

/** Closes both once everything sent has been handed to the kernel. */
export function closeBoth(ends: Ends): void {
  ends.client.close();
  ends.origin?.close();
}

/** Ends both with RST. */
export function resetBoth(ends: Ends): void {
  ends.client.reset();
  ends.origin?.reset();
}
