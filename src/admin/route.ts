import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { jsonSchema } from './answers.ts';
import type { AdminGateway } from './gateway.ts';
import type { Asset } from './page.ts';
import { PAGE_POLICY } from './page.ts';
import { readQuery, refuseWith } from './replies.ts';

/** One path of the admin API, and the two kinds there are several of. */

export interface AdminRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** One sentence for /openapi.json. */
  readonly summary: string;
  /** Given to everybody, token or not: program text and pictures. */
  readonly isPublic: boolean;
  readonly query?: z.ZodObject;
  /** JSON answers by status, refusals that every route can give left out. */
  readonly answers: Readonly<Record<number, z.ZodType>>;
  /** What a 200 carries when it is not JSON. */
  readonly mediaType?: string;
  register(app: FastifyInstance, gateway: AdminGateway): void;
}

interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What is special about a route that answers in JSON. */
export interface JsonRoute {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly answers: AdminRoute['answers'];
  readonly respond: (
    gateway: AdminGateway,
    query: Readonly<Record<string, unknown>>,
  ) => JsonAnswer | Promise<JsonAnswer>;
}

/** A route that answers in JSON; what is wrong with a query is refused before `respond` is asked. */
export function jsonRoute({ method = 'GET', path, summary, query, answers, respond }: JsonRoute): AdminRoute {
  const response = Object.fromEntries(Object.entries(answers).map(([status, schema]) => [status, jsonSchema(schema)]));
  return {
    method,
    path,
    summary,
    isPublic: false,
    ...(query === undefined ? {} : { query }),
    answers,
    register: (app, gateway) => {
      app.route({
        method,
        url: path,
        schema: { response },
        handler: async (request, reply) => {
          const asked = readQuery(query, request);
          if (typeof asked === 'string') return refuseWith(reply, 400, 'bad-request', asked);
          const { status, body } = await respond(gateway, asked);
          return reply.code(status).send(body);
        },
      });
    },
  };
}

/** A file of the status page. */
export function assetRoute({ path, type, body }: Asset): AdminRoute {
  return {
    method: 'GET',
    path,
    summary: path === '/' ? 'The status page.' : 'A part of the status page.',
    isPublic: true,
    answers: {},
    mediaType: type.replace(/;.*$/, ''),
    register: (app) => {
      app.get(path, (_request, reply) => {
        return reply.type(type).header('content-security-policy', PAGE_POLICY).send(body);
      });
    },
  };
}
