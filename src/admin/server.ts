import { once } from 'node:events';
import type { Server } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastify from 'fastify';
import type { AccessRules } from './access.ts';
import { judgeAccess } from './access.ts';
import type { AdminGateway } from './gateway.ts';
import { SAFE_HEADERS, refuseWith } from './replies.ts';
import { ROUTES, allowedMethods, routeOf } from './routes.ts';

/**
 * The admin API on its own port: who may ask is judged first, then the path, then the method, then that there is no
 * body, because nothing here takes one. Everything it answers comes through `AdminGateway`.
 */

export interface AdminServerOptions extends AccessRules {
  readonly port: number;
  /** A socket that listens already; null or absent when `port` has to be opened. */
  readonly fd?: number | null;
  readonly gateway: AdminGateway;
}

export interface AdminServer {
  /** As shown to the operator, e.g. "http://127.0.0.1:8081". */
  readonly url: string;
  /** Its descriptor; null where the platform has none. */
  readonly fd: number | null;
  /** Takes no new connections; those that are open go on. */
  stop(): void;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** A scrape or a page takes milliseconds; who sends a request more slowly than this is no client of ours. */
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;
/** Connections at a time: browsers, scrapers, event followers. More are refused by closing them. */
const CONNECTION_LIMIT = 256;

/** @throws an errno error (EADDRINUSE, EACCES …) when the address cannot be had */
export async function startAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  const app = createAdminApp(options);
  if (typeof options.fd === 'number') await listenOn(app, options.fd);
  else await app.listen({ host: options.host, port: options.port });
  app.server.maxConnections = CONNECTION_LIMIT;
  const place = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${place}:${options.port}`,
    fd: (app.server as Server & { _handle?: { fd?: number } })._handle?.fd ?? null,
    stop: () => {
      app.server.close();
    },
    close: async () => {
      await app.close();
    },
  };
}

async function listenOn(app: FastifyInstance, fd: number): Promise<void> {
  await app.ready();
  app.server.listen({ fd });
  await once(app.server, 'listening');
}

/** The same without a port, for tests. */
export function createAdminApp({ gateway, host, token }: Omit<AdminServerOptions, 'port' | 'fd'>): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: 1,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: true,
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 100 },
    // A request that cannot be read as HTTP.
    clientErrorHandler: (_, socket) => {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => {
    done(null);
  });
  app.addHook('onRequest', (request, reply, done) => {
    if (!refuse(request, reply, { host, token })) done();
  });
  app.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    // What went wrong inside is for the log of the gateway, not for whoever asks.
    const message = status < 500 ? error.message : 'The gateway could not answer.';
    await refuseWith(reply, status, status < 500 ? 'bad-request' : 'internal-error', message);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const path = pathOf(request);
    const methods = allowedMethods(path);
    if (methods.length > 0) {
      void reply.header('allow', methods.join(', '));
      await refuseWith(reply, 405, 'method-not-allowed', `${path} takes ${methods.join(', ')}.`);
      return;
    }
    const told = ROUTES.filter((route) => !route.isPublic || route.path === '/').map((route) => route.path);
    const known = [...new Set(told)].join(', ');
    await refuseWith(reply, 404, 'not-found', `There is no such path; there are ${known}.`);
  });
  for (const route of ROUTES) route.register(app, gateway);
  return app;
}

/** @returns true when the request has been answered with a refusal */
function refuse(request: FastifyRequest, reply: FastifyReply, rules: AccessRules): boolean {
  const { headers, method } = request;
  void reply.headers(SAFE_HEADERS);
  const refusal = judgeAccess(rules, {
    method,
    host: headers.host,
    origin: headers.origin,
    fetchSite: single(headers['sec-fetch-site']),
    authorization: headers.authorization,
    isPublic: routeOf(method, pathOf(request))?.isPublic ?? false,
  });
  if (refusal !== null) {
    if (refusal.status === 401) void reply.header('www-authenticate', 'Bearer realm="oms-gateway"');
    void refuseWith(reply, refusal.status, refusal.error, refusal.message);
    return true;
  }
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0) {
    void reply.header('connection', 'close');
    void refuseWith(reply, 400, 'unexpected-body', 'Requests to this API carry no body.');
    return true;
  }
  return false;
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? url;
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
