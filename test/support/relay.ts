import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import { createServer as createTlsServer } from 'node:tls';
import type { TestCertificate } from './certificates.ts';

/** A relay proxy made for tests: answers what the test wants, and remembers what it was asked. */
export interface TestRelay {
  readonly port: number;
  /** Header sections of the requests, in the order they came. */
  readonly requests: string[];
  /** Bytes that came before the relay had answered, beyond the header section. */
  early: number;
  /** TCP connections accepted. */
  connections: number;
  close(): Promise<void>;
}

export interface RelayOptions {
  /** Where tunnels really lead, on loopback. */
  readonly originPort?: number;
  /** What is answered; the header section alone opens a tunnel when it is a 2xx. */
  readonly answer?: string;
  /** Milliseconds before the answer. */
  readonly delayMs?: number;
  /** Makes it an https:// relay. */
  readonly certificate?: TestCertificate;
}

export const OPEN = 'HTTP/1.1 200 OK\r\nVia: test\r\n\r\n';

export async function startRelay(options: RelayOptions = {}): Promise<TestRelay> {
  const all = new Set<Socket>();
  const serve = (socket: Socket): void => {
    socket.on('error', () => undefined);
    let head = '';
    const read = (chunk: Buffer): void => {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', read);
      relay.requests.push(head.slice(0, end + 4));
      relay.early += head.length - end - 4;
      const late = (more: Buffer): number => (relay.early += more.length);
      socket.on('data', late);
      setTimeout(() => {
        socket.off('data', late);
        answer(socket, options);
      }, options.delayMs ?? 0).unref();
    };
    socket.on('data', read);
  };
  const server = createListener(options.certificate, serve);
  // Those below TLS as well: one whose handshake failed would stay half open.
  server.on('connection', (socket: Socket) => {
    relay.connections += 1;
    all.add(socket);
    socket.on('close', () => all.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const relay: TestRelay = {
    port: (server.address() as AddressInfo).port,
    requests: [],
    early: 0,
    connections: 0,
    close: async () => {
      for (const socket of all) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return relay;
}

function createListener(certificate: TestCertificate | undefined, serve: (socket: Socket) => void): Server | TlsServer {
  if (certificate === undefined) return createServer({ allowHalfOpen: true }, serve);
  const { certificate: cert, key } = certificate;
  const server = createTlsServer({ cert, key, allowHalfOpen: true }, serve);
  server.on('tlsClientError', () => undefined);
  return server;
}

function answer(socket: Socket, { answer: text = OPEN, originPort }: RelayOptions): void {
  socket.write(Buffer.from(text, 'latin1'));
  if (!/^HTTP\/1.[01] 2/.test(text.replace(/^(?:HTTP\/1.1 1[^]*?\r\n\r\n)*/, ''))) {
    socket.end();
    return;
  }
  if (originPort === undefined) return;
  const origin = connect({ port: originPort, host: '127.0.0.1', allowHalfOpen: true });
  origin.on('error', () => socket.destroy());
  socket.on('close', () => origin.destroy());
  origin.on('close', () => socket.destroy());
  socket.pipe(origin);
  origin.pipe(socket);
}
