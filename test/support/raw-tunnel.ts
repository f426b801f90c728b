import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { buildServerHello, record } from './flight.ts';
import { buildClientHello, join } from './hello.ts';

/**
 * Both ends of a tunnel without a TLS library: a client that says CONNECT and sends a well-formed ClientHello, an origin
 * that answers with a handshake record. What follows is the test's own bytes. This is how engines are tested.
 */

/** What a TLS 1.3 server answers as far as it can be seen: a ServerHello, and its encrypted flight in one record. */
export const SERVER_FLIGHT = join([buildServerHello({ version: 0x0304 }), record(0x17, new Uint8Array(40))]);
/** The client's encrypted flight. It may be sent at once: the gateway holds it until the server has answered. */
const CLIENT_FINISH = record(0x17, new Uint8Array(40));

export interface RawOrigin {
  readonly port: number;
  /** Sockets whose ClientHello has been read and answered, in the order they came. */
  readonly sockets: Socket[];
  /** Every byte that reached the origin, over all connections. */
  received: number;
  /** TCP connections accepted. */
  connections: number;
  close(): Promise<void>;
}

/** Starts an origin on loopback; `serve` gets each socket once the hello of `helloBytes` bytes is answered. */
export async function startRawOrigin(
  serve: (socket: Socket) => void,
  options: { host?: string; helloBytes?: number; greet?: boolean } = {},
): Promise<RawOrigin> {
  const handshakeBytes = options.helloBytes ?? rawHello('origin.test').length;
  const helloBytes = handshakeBytes - CLIENT_FINISH.length;
  const all = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    origin.connections += 1;
    all.add(socket);
    socket.on('close', () => all.delete(socket));
    socket.on('error', () => undefined);
    let seen = 0;
    const onHello = (chunk: Buffer): void => {
      seen += chunk.length;
      if (seen < helloBytes) return;
      if (seen - chunk.length < helloBytes) socket.write(SERVER_FLIGHT);
      if (seen < handshakeBytes) return;
      socket.off('data', onHello);
      socket.pause();
      const rest = chunk.subarray(chunk.length - (seen - handshakeBytes));
      origin.sockets.push(socket);
      serve(socket);
      if (rest.length > 0) socket.unshift(rest);
      socket.resume();
    };
    socket.on('data', (chunk: Buffer) => {
      origin.received += chunk.length;
    });
    socket.on('data', onHello);
    // Whoever leaves before the handshake is over is not served: nobody else would close this side.
    socket.once('end', () => {
      if (seen < handshakeBytes) socket.end();
    });
    if (options.greet === true) socket.write('220 ready\r\n');
  });
  server.listen({ port: 0, host: options.host ?? '127.0.0.1', backlog: 1024 });
  await once(server, 'listening');
  const origin: RawOrigin = {
    port: (server.address() as AddressInfo).port,
    sockets: [],
    received: 0,
    connections: 0,
    close: async () => {
      for (const socket of all) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return origin;
}

/** What the raw client sends: its ClientHello and, in a record behind it, the flight that ends its handshake. */
export function rawHello(serverName: string): Uint8Array {
  return join([buildClientHello({ serverName, versions: [0x0304, 0x0303] }), CLIENT_FINISH]);
}

/** Opens a TCP connection to the gateway. */
export async function openClient(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host, allowHalfOpen: true, noDelay: true }).setMaxListeners(0);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Reads exactly `length` bytes, or fewer when the other end closes first. The socket stays paused afterwards. */
export async function readBytes(socket: Socket, length: number): Promise<Buffer> {
  let have = Buffer.alloc(0);
  while (have.length < length) {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) {
      if (socket.readableEnded || socket.destroyed) break;
      await Promise.race([event(socket, 'readable'), event(socket, 'end'), event(socket, 'close')]);
      continue;
    }
    have = Buffer.concat([have, chunk]);
  }
  if (have.length > length) socket.unshift(have.subarray(length));
  return have.subarray(0, length);
}

/** Reads until the other end closes, or `ms` milliseconds have passed. */
export async function readAll(socket: Socket, ms = 5_000): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const timer = setTimeout(() => socket.destroy(new Error('timeout')), ms);
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.resume();
  if (!socket.readableEnded && !socket.destroyed) await Promise.race([event(socket, 'end'), event(socket, 'close')]);
  clearTimeout(timer);
  return Buffer.concat(chunks);
}

/**
 * A whole tunnel: CONNECT, 200, hello, server flight, on `connected` if there is one already. The socket is paused behind
 * the flight.
 */
export async function openTunnel(
  port: number,
  destination: string,
  host = '127.0.0.1',
  connected: Socket | null = null,
): Promise<Socket> {
  const socket = connected ?? (await openClient(port, host));
  socket.pause();
  socket.write(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
  const answer = (await readBytes(socket, 39)).toString('latin1');
  if (answer !== 'HTTP/1.1 200 Connection established\r\n\r\n') throw new Error(`not a 200: ${JSON.stringify(answer)}`);
  socket.write(rawHello(destination.slice(0, destination.lastIndexOf(':'))));
  const flight = await readBytes(socket, SERVER_FLIGHT.length);
  if (!flight.equals(SERVER_FLIGHT)) throw new Error(`not the server flight: ${flight.toString('hex')}`);
  return socket;
}

function event(socket: Socket, name: string): Promise<void> {
  return new Promise((resolve) => {
    socket.once(name, () => {
      resolve();
    });
  });
}
