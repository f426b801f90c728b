import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { jsonSchema } from './answers.ts';
import { healthSchema, drainSchema, errorSchema, readinessSchema, reloadSchema } from './answers.ts';
import type { AdminGateway } from './gateway.ts';
import { statusSchema } from './status.ts';

/** Every path of the admin API in one table: the server, the refusals and /openapi.json are made from it. */

export interface AdminRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** One sentence for /openapi.json. */
  readonly summary: string;
  /** Given to everybody, token or not: program text and pictures. */
  readonly isPublic: boolean;
  /** Answers by status. */
  readonly answers: Readonly<Record<number, z.ZodType>>;
  register(app: FastifyInstance, gateway: AdminGateway): void;
}

type Respond = (
  gateway: AdminGateway,
) => { status: number; body: unknown } | Promise<{ status: number; body: unknown }>;

export const ROUTES: readonly AdminRoute[] = [
  jsonRoute('GET', '/healthz', 'Alive: the primary answers.', { 200: healthSchema }, () => ok({ alive: true })),
  jsonRoute(
    'GET',
    '/readyz',
    'Whether new tunnels can come about; 503 while draining or when nothing is allowed.',
    { 200: readinessSchema, 503: readinessSchema },
    (gateway) => {
      const readiness = gateway.readiness();
      return { status: readiness.ready ? 200 : 503, body: readiness };
    },
  ),
  jsonRoute('GET', '/status', 'What the gateway is and does now.', { 200: statusSchema }, (gateway) =>
    ok(gateway.status()),
  ),
  jsonRoute(
    'POST',
    '/reload',
    'Reads the configuration again; 422 when it is wrong, and then nothing changes.',
    { 200: reloadSchema, 422: reloadSchema },
    async (gateway) => {
      const result = await gateway.reload();
      return { status: result.ok ? 200 : 422, body: result };
    },
  ),
  jsonRoute(
    'POST',
    '/drain',
    'No new connections; open tunnels may finish, then the gateway ends.',
    { 202: drainSchema },
    (gateway) => ({ status: 202, body: { draining: true, ...gateway.drain() } }),
  ),
];

/** The route of a request, HEAD being answered like GET; undefined when there is none. */
export function routeOf(method: string, path: string): AdminRoute | undefined {
  const wanted = method === 'HEAD' ? 'GET' : method;
  return ROUTES.find((route) => route.path === path && route.method === wanted);
}

/** Methods that a path takes; none when there is no such path. */
export function allowedMethods(path: string): string[] {
  const methods = ROUTES.filter((route) => route.path === path).map(({ method }) => method);
  return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

function ok(body: unknown): { status: number; body: unknown } {
  return { status: 200, body };
}

function jsonRoute(
  method: 'GET' | 'POST',
  path: string,
  summary: string,
  schemas: Readonly<Record<number, z.ZodType>>,
  respond: Respond,
): AdminRoute {
  const response = Object.fromEntries(Object.entries(schemas).map(([status, schema]) => [status, jsonSchema(schema)]));
  return {
    method,
    path,
    summary,
    isPublic: false,
    answers: { ...schemas, 401: errorSchema, 403: errorSchema },
    register: (app, gateway) => {
      app.route({
        method,
        url: path,
        schema: { response },
        handler: async (_request, reply) => {
          const { status, body } = await respond(gateway);
          return reply.code(status).send(body);
        },
      });
    },
  };
}
