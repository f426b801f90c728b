import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isLoopback, parseIp } from '../address/ip.ts';
import type { Config } from '../config/schema.ts';
import type { Libc } from '../engine/linux/libc.ts';
import { loadLibc } from '../engine/linux/libc.ts';
import { openListener, prepareListener } from '../engine/linux/listening.ts';
import type { OwnAddress } from '../policy/address-guard.ts';
import { inheritedSockets } from './systemd.ts';

/** The listening socket of the primary. It stays open as long as the gateway runs, whatever happens to workers. */

/** Connections the kernel completes before the gateway accepts them; capped by net.core.somaxconn (listen(2)). */
const BACKLOG = 4096;

export interface Listener {
  /** As shown to the operator, e.g. "[::]:8080". */
  readonly address: string;
  /** The socket that workers inherit and accept from by themselves; null when the primary accepts. */
  readonly workerFd: number | null;
  /** The descriptor of this process; null where the platform has none. */
  readonly fd: number | null;
  /** Accepts no more; what is accepted already goes on. */
  close(): void;
}

/**
 * Listens on `host:port`. `::` means all addresses of both families, and falls back to 0.0.0.0 where IPv6 is missing.
 * @throws an errno error (EADDRINUSE, EACCES …) when the address cannot be had
 */
export async function listen(host: string, port: number, accept: (socket: Socket) => void): Promise<Listener> {
  const { proxy: inherited } = inheritedSockets(process.env, process);
  if (inherited !== null) return await tryListen({ fd: inherited }, `${textOf(host, port)} (inherited)`, accept);
  try {
    return await tryListen({ host, port }, textOf(host, port), accept);
  } catch (error) {
    if (!lacksIpv6(host, error)) throw error;
    return await tryListen({ host: '0.0.0.0', port }, textOf('0.0.0.0', port), accept);
  }
}

/**
 * The same without accepting: the socket is for workers to inherit.
 * @throws an errno error when the address cannot be had
 */
export function listenForWorkers(host: string, port: number): Listener {
  const libc = loadLibc();
  const { proxy: inherited } = inheritedSockets(process.env, process);
  if (inherited !== null) {
    prepareListener(libc, inherited);
    return shared(libc, inherited, `${textOf(host, port)} (inherited)`);
  }
  try {
    return shared(libc, openOn(libc, host, port), textOf(host, port));
  } catch (error) {
    if (!lacksIpv6(host, error)) throw error;
    return shared(libc, openOn(libc, '0.0.0.0', port), textOf('0.0.0.0', port));
  }
}

function openOn(libc: Libc, host: string, port: number): number {
  const address = parseIp(host);
  if (address === null) throw new Error(`listen.host ${host} is not an address`);
  return openListener(libc, address, port);
}

function shared(libc: Libc, fd: number, address: string): Listener {
  return { address, workerFd: fd, fd, close: () => void libc.close(fd) };
}

function lacksIpv6(host: string, error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return host === '::' && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL');
}

function textOf(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Where one cannot listen, and as half a sentence what an operator can do about it.
 * @param section of the configuration that has its host and port
 */
export function explainListenError(
  error: unknown,
  host: string,
  port: number,
  section: 'listen' | 'admin' = 'listen',
): { readonly address: string; readonly detail: string } {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return { address: textOf(host, port), detail: remedyOf(code, section) };
}

function remedyOf(code: string, section: 'listen' | 'admin'): string {
  switch (code) {
    case 'EADDRINUSE':
      return `another program uses this port; stop it or choose another ${section}.port`;
    case 'EACCES':
      return `it is not permitted; ports below 1024 need a privilege, choose another ${section}.port`;
    case 'EADDRNOTAVAIL':
      return `this machine has no such address; choose another ${section}.host`;
    default:
      return code;
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

/** Every socket the gateway itself listens on: neither its proxy port nor its admin API is ever a destination. */
export function gatewayAddresses({ listen, admin }: Pick<Config, 'listen' | 'admin'>): OwnAddress[] {
  const proxy = ownAddresses(listen.host, listen.port);
  if (admin.port === 0) return proxy;
  const bound = parseIp(admin.host);
  // As if it listened on the wildcard: connecting to the unspecified address leads to loopback too.
  const loopback = bound !== null && isLoopback(bound);
  const wildcard = bound?.family === 6 ? '::' : '0.0.0.0';
  return [...proxy, ...ownAddresses(loopback ? wildcard : admin.host, admin.port)];
}

function tryListen(
  where: { readonly host: string; readonly port: number } | { readonly fd: number },
  address: string,
  accept: (socket: Socket) => void,
): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, accept);
    server.once('error', reject);
    server.listen({ ...where, backlog: BACKLOG }, () => {
      server.off('error', reject);
      // EMFILE and the like: this accept failed, the next may not.
      server.on('error', () => undefined);
      const { fd } = (server as typeof server & { _handle: { fd?: number } })._handle;
      resolve({ address, workerFd: null, fd: fd ?? null, close: () => void server.close() });
    });
  });
}
