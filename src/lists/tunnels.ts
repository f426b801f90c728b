import type { IncomingMessage } from 'node:http';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { formatAuthority } from '../address/authority.ts';
import { parseConfiguredHost } from '../address/host.ts';
import type { Route, RelayRoutes } from '../relay/routes.ts';

/** Tunnels of the gateway itself through its relays, for what it downloads; Node's own client does the talking. */
export class Tunnels {
  readonly #routes: RelayRoutes;
  readonly #trusted: readonly string[];

  /** @param trusted PEM certificates trusted for `https://` relays instead of the system's; none: the system's */
  constructor(routes: RelayRoutes, trusted: readonly string[]) {
    this.#routes = routes;
    this.#trusted = trusted;
  }

  /** A connection to `host:port` through a relay; null when the host is to be dialed directly. @throws when all fail */
  async open(hostname: string, port: number, signal: AbortSignal): Promise<Duplex | null> {
    const parsed = parseConfiguredHost(hostname.replace(/^\[|\]$/g, ''));
    if (!parsed.ok) throw new Error(`the host ${parsed.detail}`);
    const target = formatAuthority({ host: parsed.host, port });
    const routes = this.#routes.candidates(parsed.host, performance.now());
    let failure: Error | null = null;
    for (const route of routes) {
      try {
        const socket = await this.#ask(route, target, signal);
        this.#routes.worked(route);
        return socket;
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
        this.#routes.failed(route, performance.now());
      }
    }
    if (failure !== null) throw failure;
    return null;
  }

  #ask(route: Route, target: string, signal: AbortSignal): Promise<Duplex> {
    const { authority, secure, credential, name } = route;
    const options = {
      host: authority.host.text,
      port: authority.port,
      method: 'CONNECT',
      path: target,
      headers: { Host: target, ...(credential === null ? {} : { 'Proxy-Authorization': credential }) },
      agent: false as const,
      signal,
    };
    const tls = { rejectUnauthorized: true, ...(this.#trusted.length === 0 ? {} : { ca: [...this.#trusted] }) };
    return new Promise((resolve, reject) => {
      const request = secure ? secureRequest({ ...options, ...tls }) : plainRequest(options);
      const refused = (status: number | undefined): void => {
        request.destroy();
        reject(new Error(`the relay proxy ${name} answered ${status ?? 'nothing'}`));
      };
      request.once('connect', (response: IncomingMessage, socket: Duplex, head: Buffer) => {
        const { statusCode = 0 } = response;
        if (statusCode < 200 || statusCode > 299) {
          socket.destroy();
          refused(statusCode);
          return;
        }
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      });
      request.once('response', (response: IncomingMessage) => {
        refused(response.statusCode);
      });
      request.once('error', (error: Error) => {
        reject(new Error(`the relay proxy ${name}: ${error.message}`));
      });
      request.end();
    });
  }
}
