import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { RawOrigin } from '../support/raw-tunnel.ts';
import { openTunnel, readBytes, startRawOrigin } from '../support/raw-tunnel.ts';
import { pause } from './fault.ts';

/** Agents that upload, each piece in a tunnel of its own as the OMS agent does, and try again until it is confirmed. */

const PIECE_BYTES = 20_000;
const DIGEST_BYTES = 32;
/** Number of the piece, its length, its digest. */
const HEAD_BYTES = 8 + DIGEST_BYTES;
/** An attempt that has not been confirmed by then is given up; the real agents wait for 30 s. */
const ATTEMPT_MS = 2_000;
const RETRY_MS = 200;

export interface Uploads {
  /** Pieces begun and pieces confirmed. */
  readonly begun: number;
  readonly confirmed: number;
  readonly retries: number;
  /** Confirmed, but not received by the origin, or received with a wrong byte. */
  readonly lost: number;
  /** Longest time from the first attempt to the confirmation, in milliseconds, since the last call. */
  longestMs(): number;
  /** Lets every piece that was begun come through. */
  stop(): Promise<void>;
}

export interface Receiver {
  readonly origin: RawOrigin;
  readonly received: ReadonlySet<number>;
  /** Pieces with a wrong byte. */
  readonly corrupt: number;
}

/** An origin that confirms each whole piece with its number. */
export async function startReceiver(): Promise<Receiver> {
  const received = new Set<number>();
  const receiver = { origin: await startRawOrigin(serve), received, corrupt: 0 };
  return receiver;

  function serve(socket: Socket): void {
    let held = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      if (held.length < HEAD_BYTES) return;
      const bytes = HEAD_BYTES + held.readUInt32BE(4);
      if (held.length < bytes) return;
      const piece = held.subarray(HEAD_BYTES, bytes);
      if (!digest(piece).equals(held.subarray(8, HEAD_BYTES))) {
        receiver.corrupt += 1;
        socket.destroy();
        return;
      }
      received.add(held.readUInt32BE(0));
      socket.end(held.subarray(0, 4));
    });
  }
}

/** @param pauseMs of each agent between two pieces */
export function startAgents(port: number, receiver: Receiver, agents: number, pauseMs: number): Uploads {
  const destination = `origin.test:${receiver.origin.port}`;
  let isStopped = false;
  let longest = 0;
  const counts = { begun: 0, confirmed: 0, retries: 0, lost: 0 };
  const all = Array.from({ length: agents }, async () => {
    // Spread out, as agents of many machines are.
    await pause(Math.random() * pauseMs);
    while (!isStopped) {
      const number = (counts.begun += 1);
      const startedMs = performance.now();
      while (!(await attempt(port, destination, number))) {
        counts.retries += 1;
        await pause(RETRY_MS);
      }
      longest = Math.max(longest, performance.now() - startedMs);
      counts.confirmed += 1;
      if (!receiver.received.has(number)) counts.lost += 1;
      await pause(pauseMs);
    }
  });
  return Object.assign(counts, {
    longestMs: () => {
      const measured = longest;
      longest = 0;
      return Math.round(measured);
    },
    stop: async () => {
      isStopped = true;
      await Promise.all(all);
    },
  });
}

/** @returns whether the piece was confirmed */
async function attempt(port: number, destination: string, number: number): Promise<boolean> {
  const piece = randomBytes(PIECE_BYTES);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(number, 0);
  head.writeUInt32BE(piece.length, 4);
  digest(piece).copy(head, 8);
  const given = { socket: null as Socket | null, up: false };
  const send = async (): Promise<boolean> => {
    const socket = await openTunnel(port, destination);
    given.socket = socket;
    if (given.up) return false;
    socket.write(head);
    socket.write(piece);
    const confirmed = await readBytes(socket, 4);
    return confirmed.length === 4 && confirmed.readUInt32BE(0) === number;
  };
  try {
    return await Promise.race([send(), pause(ATTEMPT_MS).then(() => false)]);
  } catch {
    return false;
  } finally {
    given.up = true;
    given.socket?.destroy();
  }
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
