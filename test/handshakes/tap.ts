import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A recorder in front of a real server: what arrived at the origin is what it says, whatever client and gateway say. */

export interface TapConnection {
  /** Every byte the gateway sent towards the server, and back. */
  readonly arrived: () => Buffer;
  readonly answered: () => Buffer;
  /** Resolves when the gateway has closed its side. */
  readonly over: Promise<void>;
}

export interface Tap {
  readonly port: number;
  /** In the order they came. */
  readonly connections: readonly TapConnection[];
  close(): void;
}

/** Listens on loopback and passes every connection on to `serverPort`. */
export async function startTap(serverPort: number): Promise<Tap> {
  const connections: TapConnection[] = [];
  const sockets = new Set<Socket>();
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (gateway) => {
    const server = connect({ port: serverPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    connections.push(watch(gateway, server));
    for (const socket of [gateway, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        (socket === gateway ? server : gateway).destroy();
      });
    }
    gateway.pipe(server);
    server.pipe(gateway);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    connections,
    close: () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  };
}

function watch(gateway: Socket, server: Socket): TapConnection {
  const arrived: Buffer[] = [];
  const answered: Buffer[] = [];
  gateway.on('data', (chunk: Buffer) => arrived.push(chunk));
  server.on('data', (chunk: Buffer) => answered.push(chunk));
  const over = new Promise<void>((resolve) => {
    gateway.once('end', resolve);
    gateway.once('close', () => {
      resolve();
    });
  });
  return { arrived: () => Buffer.concat(arrived), answered: () => Buffer.concat(answered), over };
}

/** Content types of the whole records in `bytes`, with a last one of -1 when bytes are left over. */
export function recordTypes(bytes: Uint8Array): number[] {
  const types: number[] = [];
  let at = 0;
  while (at + 5 <= bytes.length) {
    const end = at + 5 + (((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0));
    if (end > bytes.length) break;
    types.push(bytes[at] ?? 0);
    at = end;
  }
  return at < bytes.length ? [...types, -1] : types;
}
