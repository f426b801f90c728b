import { once } from 'node:events';
import type { Socket } from 'node:net';
import { openClient, openTunnel, rawHello, readBytes } from '../support/raw-tunnel.ts';
import type { Fault, Scene } from './fault.ts';
import { LIMITS, PATIENCE_MS, many, megabytes, onScene, pause, until, workerBytes } from './fault.ts';

/** Hostile and unlucky clients. */

const DRIP_MS = 100;
const CHUNK = new Uint8Array(64 * 1024);
/** Per stalled tunnel: one read buffer of each direction may be kept, and the heap around it. */
const STALLED_BYTES = 1024 * 1024;

export const CLIENT_FAULTS: readonly Fault[] = [
  {
    name: 'slow CONNECT',
    run: (engine, { clients }) =>
      onScene({ engine }, async ({ gateway, destination }) => {
        const request = Buffer.from(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\nX: ${'x'.repeat(500)}`);
        const ends = await cutAll(clients, () => openClient(gateway.port), request);
        if (!ends.every(({ said }) => said.startsWith('HTTP/1.1 408 '))) throw new Error('not all were answered 408');
        return told(ends);
      }),
  },
  {
    name: 'slow ClientHello',
    run: (engine, { clients }) =>
      onScene({ engine }, async ({ gateway, destination }) => {
        const ends = await cutAll(clients, () => connected(gateway.port, destination), rawHello('origin.test'));
        return told(ends);
      }),
  },
  {
    name: 'connections that never say a word',
    run: (engine, { clients }) =>
      onScene({ engine }, async ({ gateway }) => {
        const ends = await cutAll(clients * 2, () => openClient(gateway.port), new Uint8Array(0));
        return told(ends);
      }),
  },
  {
    name: 'connect and reset',
    run: (engine, { clients }) =>
      onScene({ engine }, async ({ gateway, destination }) => {
        await many(clients * 10, async (index) => {
          const socket = await openClient(gateway.port);
          if (index % 3 === 1) socket.write(`CONNECT ${destination} HT`);
          if (index % 3 === 2) socket.write(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
          socket.resetAndDestroy();
        });
        return `${clients * 10} resets, before, in and behind the request`;
      }),
  },
  {
    name: 'clients that never read',
    run: (engine, { clients }) =>
      onScene({ engine, serve: sendForEver }, async (scene) => {
        const count = Math.ceil(clients / 4);
        const before = workerBytes(scene.gateway);
        const sockets = await many(count, () => openTunnel(scene.gateway.port, scene.destination));
        const grown = await stalled(scene, count, before);
        for (const socket of sockets) socket.destroy();
        return `${count} stalled downloads held ${megabytes(grown)}`;
      }),
  },
  {
    name: 'origins that never read',
    run: (engine, { clients }) =>
      // What a client leaves behind for such an origin waits for it until the tunnel has been idle for too long.
      onScene({ engine, serve: neverRead, config: { timeouts: { ...LIMITS, idle: 2 } } }, async (scene) => {
        const count = Math.ceil(clients / 4);
        const before = workerBytes(scene.gateway);
        const sockets = await many(count, () => openTunnel(scene.gateway.port, scene.destination));
        for (const socket of sockets) sendForEver(socket);
        const grown = await stalled(scene, count, before);
        for (const socket of sockets) socket.destroy();
        return `${count} stalled uploads held ${megabytes(grown)}`;
      }),
  },
  {
    name: 'more tunnels than limits.maxTunnels',
    run: (engine, { clients }) =>
      // Others find no room either while it lasts.
      onScene({ engine, cutsOthers: true, config: { limits: { maxTunnels: clients } } }, async (scene) => {
        const { gateway, destination } = scene;
        const held = await many(clients * 2, () => tried(gateway.port, destination));
        const refused = held.filter(({ said }) => said.startsWith('HTTP/1.1 503'));
        const open = held.filter(({ said }) => said.startsWith('HTTP/1.1 200')).length;
        if (open > clients || open + refused.length !== held.length)
          throw new Error(`${open} tunnels, ${refused.length} refused`);
        for (const { socket } of held) socket.destroy();
        await until(() => scene.bystanders.rounds > 0, 'others are served');
        (await connected(gateway.port, destination)).destroy();
        const slowest = Math.max(...refused.map(({ afterMs }) => afterMs));
        return `${open} tunnels, ${refused.length} answers 503, the slowest after ${Math.round(slowest)} ms`;
      }),
  },
];

/** Asks for a tunnel and keeps what comes of it. */
async function tried(port: number, destination: string): Promise<End & { readonly socket: Socket }> {
  const socket = await openClient(port);
  const startedMs = performance.now();
  socket.pause();
  socket.write(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
  const said = (await readBytes(socket, 12)).toString();
  return { said, socket, afterMs: performance.now() - startedMs };
}

/** Waits for a while with all buffers full. @returns what the workers hold more than before */
async function stalled({ gateway, bystanders }: Scene, count: number, before: number): Promise<number> {
  await pause(2_000);
  const { rounds } = bystanders;
  await until(() => bystanders.rounds > rounds + 10, 'others are served while buffers are full');
  const grown = workerBytes(gateway) - before;
  if (grown > count * STALLED_BYTES + 64 * STALLED_BYTES)
    throw new Error(`${count} stalled tunnels hold ${megabytes(grown)}`);
  return Math.max(0, grown);
}

function neverRead(socket: Socket): void {
  setImmediate(() => socket.pause());
}

function sendForEver(socket: Socket): void {
  const next = (): void => {
    while (!socket.destroyed && socket.write(CHUNK));
  };
  socket.on('drain', next);
  next();
}

interface End {
  readonly said: string;
  readonly afterMs: number;
}

/** Clients that send their bytes one at a time, for as long as the gateway puts up with it. */
async function cutAll(clients: number, open: () => Promise<Socket>, bytes: Uint8Array): Promise<End[]> {
  const sockets = await many(clients, open);
  return await Promise.all(sockets.map((socket) => cut(socket, bytes)));
}

async function cut(socket: Socket, bytes: Uint8Array): Promise<End> {
  const startedMs = performance.now();
  let said = '';
  let at = 0;
  socket.on('data', (chunk: Buffer) => (said += chunk.toString('latin1'))).resume();
  const drip = setInterval(() => {
    if (at < bytes.length) socket.write(bytes.subarray(at, (at += 1)));
  }, DRIP_MS);
  try {
    if (!socket.destroyed && !socket.readableEnded) {
      await Promise.race([once(socket, 'end'), once(socket, 'close'), late()]);
    }
    return { said, afterMs: performance.now() - startedMs };
  } finally {
    clearInterval(drip);
    socket.destroy();
  }
}

async function late(): Promise<never> {
  await pause(PATIENCE_MS);
  throw new Error(`a client was still connected after ${PATIENCE_MS} ms`);
}

async function connected(port: number, destination: string): Promise<Socket> {
  const socket = await openClient(port);
  socket.pause();
  socket.write(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
  const answer = (await readBytes(socket, 39)).toString();
  if (!answer.startsWith('HTTP/1.1 200')) throw new Error(`not a 200: ${answer}`);
  return socket;
}

function told(ends: readonly End[]): string {
  return `${ends.length} clients ended, the last after ${Math.round(Math.max(...ends.map(({ afterMs }) => afterMs)))} ms`;
}
