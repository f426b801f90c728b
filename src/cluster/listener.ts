import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

/** The listening socket of the primary. It stays open as long as the gateway runs, whatever happens to workers. */

/** Connections the kernel completes before the gateway accepts them; capped by net.core.somaxconn (listen(2)). */
const BACKLOG = 4096;

export interface Listener {
  readonly server: Server;
  /** As shown to the operator, e.g. "[::]:8080". */
  readonly address: string;
}

/**
 * Listens on `host:port`. `::` means all addresses of both families, and falls back to 0.0.0.0 where IPv6 is missing.
 * @throws an errno error (EADDRINUSE, EACCES …) when the address cannot be had
 */
export async function listen(host: string, port: number, accept: (socket: Socket) => void): Promise<Listener> {
  try {
    return await tryListen(host, port, accept);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (host === '::' && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL')) {
      return await tryListen('0.0.0.0', port, accept);
    }
    throw error;
  }
}

/** What an operator can do about a listening socket that cannot be had. */
export function explainListenError(error: unknown, host: string, port: number): string {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  switch (code) {
    case 'EADDRINUSE':
      return `cannot listen on ${place}: another program uses this port; stop it or choose another listen.port`;
    case 'EACCES':
      return `cannot listen on ${place}: not permitted; ports below 1024 need a privilege, choose another listen.port`;
    case 'EADDRNOTAVAIL':
      return `cannot listen on ${place}: this machine has no such address; choose another listen.host`;
    default:
      return `cannot listen on ${place}: ${code}`;
  }
}

/**
 * The addresses by which clients reach a listener on `host:port`: what the address guard must never dial. A wildcard
 * stands for itself and for every address this machine has now; the guard adds what it means, all of 127/8 for one.
 */
export function ownAddresses(host: string, port: number): { address: string; port: number }[] {
  if (host !== '::' && host !== '0.0.0.0') return [{ address: host, port }];
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const local = all.map(({ address }) => address.replace(/%.*$/, ''));
  return [...new Set([host, ...local])].map((address) => ({ address, port }));
}

function tryListen(host: string, port: number, accept: (socket: Socket) => void): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, accept);
    server.once('error', reject);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', reject);
      // EMFILE and the like: this accept failed, the next may not.
      server.on('error', () => undefined);
      resolve({ server, address: `${host.includes(':') ? `[${host}]` : host}:${port}` });
    });
  });
}
