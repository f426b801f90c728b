import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { Socket, createServer } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from './certificate.ts';
import { Conversation } from './conversation.ts';

/** The origin of a load test on one port: answers the canned handshake or speaks real TLS, then does what clients ask. */

export interface OriginOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Null: the canned handshake. */
  readonly tls: Certificate | null;
}

export interface OriginServer {
  readonly port: number;
  /** What happened so far. */
  readonly counts: OriginCounts;
  close(): Promise<void>;
}

export interface OriginCounts {
  connections: number;
  bytesIn: number;
  /** Connections that sent what no client of ours sends: something in between has changed bytes. */
  nonsense: number;
}

const BACKLOG = 4096;
/** One for all connections of a thread: what is read is used up before the next read. */
const RECEIVE_BYTES = 1 << 20;

/** @throws an errno error when it cannot listen */
export async function startOriginServer(options: OriginOptions): Promise<OriginServer> {
  const counts: OriginCounts = { connections: 0, bytesIn: 0, nonsense: 0 };
  const open = new Set<Socket>();
  const take = (socket: Socket): void => {
    counts.connections += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // A client that goes away in the middle is the client's business; it counts its own errors.
    socket.on('error', () => undefined);
  };
  const server = options.tls === null ? plainServer(counts, take) : tlsServer(options.tls, counts, take);
  server.listen({ host: options.host, port: options.port, backlog: BACKLOG });
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    counts,
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function plainServer(counts: OriginCounts, take: (socket: Socket) => void): Server {
  const buffer = Buffer.allocUnsafeSlow(RECEIVE_BYTES);
  return createServer({ pauseOnConnect: true }, (accepted) => {
    // Only a socket made of its handle can read into a buffer of ours.
    const { _handle: handle } = accepted as Socket & { _handle?: object | null };
    if (handle === null || handle === undefined) return;
    const hear = (length: number): boolean => {
      hearBytes(socket, conversation, counts, buffer, length);
      return true;
    };
    const onread = { buffer, callback: hear };
    // With a mark of 1, everything that the kernel does not take at once is followed by 'drain'.
    const options = { handle, allowHalfOpen: false, writableHighWaterMark: 1, onread };
    const socket = new Socket(options);
    socket.setNoDelay(true);
    const conversation = converse(socket, 'canned');
    take(socket);
    socket.resume();
  });
}

function tlsServer(certificate: Certificate, counts: OriginCounts, take: (socket: Socket) => void): Server {
  const options = { cert: certificate.certificate, key: certificate.key, noDelay: true };
  const server = createTlsServer(options, (socket: TLSSocket) => {
    const conversation = converse(socket, 'none');
    take(socket);
    socket.on('data', (bytes: Buffer) => {
      hearBytes(socket, conversation, counts, bytes, bytes.length);
    });
  });
  server.on('tlsClientError', () => undefined);
  return server;
}

function converse(socket: Socket, handshake: 'canned' | 'none'): Conversation {
  const send = (bytes: Buffer): boolean => {
    socket.write(bytes);
    return socket.writableLength === 0;
  };
  const conversation = new Conversation({ send }, handshake);
  socket.on('drain', () => {
    conversation.resume();
  });
  return conversation;
}

function hearBytes(
  socket: Socket,
  conversation: Conversation,
  counts: OriginCounts,
  bytes: Buffer,
  length: number,
): void {
  counts.bytesIn += length;
  if (conversation.received(bytes, length)) return;
  counts.nonsense += 1;
  socket.destroy();
}
