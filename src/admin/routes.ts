import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LanguageTag } from '../languages/tags.ts';
import {
  drainSchema,
  errorSchema,
  healthSchema,
  readinessSchema,
  reloadQuerySchema,
  reloadSchema,
  upgradeQuerySchema,
  upgradeSchema,
} from './answers.ts';
import { checkQuerySchema, checkSchema, readDestination } from './check.ts';
import type { EventQuery } from './event-stream.ts';
import { eventListSchema, eventQuerySchema, eventsAsJson, filterOf, streamEvents, tellerOf } from './event-stream.ts';
import type { AdminGateway } from './gateway.ts';
import { historySchema } from './history.ts';
import { openApi } from './open-api.ts';
import { readAssets } from './page.ts';
import { SAFE_HEADERS, readQuery, refuseWith } from './replies.ts';
import type { AdminRoute } from './route.ts';
import { assetRoute, jsonRoute } from './route.ts';
import { statusSchema } from './status.ts';
import type { TunnelQuery } from './tunnels.ts';
import { tunnelPageSchema, tunnelQuerySchema } from './tunnels.ts';

/** Every path of the admin API in one table: the server, the refusals and /openapi.json are made from it. */

export const ROUTES: readonly AdminRoute[] = [
  jsonRoute({
    path: '/healthz',
    summary: 'Alive: the primary answers.',
    answers: { 200: healthSchema },
    respond: () => ({ status: 200, body: { alive: true } }),
  }),
  jsonRoute({
    path: '/readyz',
    summary: 'Whether new tunnels can come about; 503 while draining or when nothing is allowed.',
    answers: { 200: readinessSchema, 503: readinessSchema },
    respond: (gateway) => {
      const readiness = gateway.readiness();
      return { status: readiness.ready ? 200 : 503, body: readiness };
    },
  }),
  jsonRoute({
    path: '/status',
    summary: 'What the gateway is and does now.',
    answers: { 200: statusSchema },
    respond: (gateway) => ({ status: 200, body: gateway.status() }),
  }),
  {
    method: 'GET',
    path: '/metrics',
    summary: 'Every metric in the text format of Prometheus.',
    isPublic: false,
    answers: {},
    mediaType: 'text/plain',
    register: (app, gateway) => {
      app.get('/metrics', async (_request, reply) => {
        return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await gateway.metrics());
      });
    },
  },
  {
    method: 'GET',
    path: '/events',
    summary: 'Recent events and those to come, as a server-sent stream; with follow=false as JSON.',
    isPublic: false,
    query: eventQuerySchema,
    answers: { 200: eventListSchema, 503: errorSchema },
    mediaType: 'text/event-stream',
    register: (app, gateway) => {
      app.get('/events', (request, reply) => answerEvents(gateway, request, reply));
    },
  },
  jsonRoute({
    path: '/tunnels',
    summary: 'The tunnels that are open now.',
    query: tunnelQuerySchema,
    answers: { 200: tunnelPageSchema, 503: errorSchema },
    respond: async (gateway, query) => {
      const page = await gateway.tunnels(query as TunnelQuery);
      if (page !== null) return { status: 200, body: page };
      return { status: 503, body: { error: 'busy', message: 'Too many have asked for tunnels at once; ask again.' } };
    },
  }),
  jsonRoute({
    path: '/history',
    summary: 'The last hour in steps of a few seconds.',
    answers: { 200: historySchema },
    respond: (gateway) => ({ status: 200, body: gateway.history() }),
  }),
  jsonRoute({
    path: '/check',
    summary: 'What the rules in effect say of a destination; nothing is resolved or connected.',
    query: checkQuerySchema,
    answers: { 200: checkSchema },
    respond: (gateway, query) => {
      const target = readDestination(String(query['destination']));
      const language = (query['language'] ?? 'en') as LanguageTag;
      if (typeof target !== 'string') return { status: 200, body: gateway.check(target, language) };
      return { status: 400, body: { error: 'bad-request', message: `destination ${target}` } };
    },
  }),
  jsonRoute({
    method: 'POST',
    path: '/reload',
    summary: 'Reads the configuration again; 422 when it is wrong, and then nothing changes.',
    query: reloadQuerySchema,
    answers: { 200: reloadSchema, 422: reloadSchema },
    respond: async (gateway, query) => {
      const result = await gateway.reload(query['enforce'] === 'true');
      return { status: result.ok ? 200 : 422, body: result };
    },
  }),
  jsonRoute({
    method: 'POST',
    path: '/restart',
    summary: 'Reads the configuration again and replaces the workers one by one; answers when all are replaced.',
    answers: { 200: reloadSchema, 422: reloadSchema },
    respond: async (gateway) => {
      const result = await gateway.restart();
      return { status: result.ok ? 200 : 422, body: result };
    },
  }),
  jsonRoute({
    method: 'POST',
    path: '/upgrade',
    summary: 'Another version takes the listening sockets over; answers when it serves, and this gateway drains then.',
    query: upgradeQuerySchema,
    answers: { 200: upgradeSchema, 422: upgradeSchema },
    respond: async (gateway, query) => {
      const result = await gateway.upgrade(String(query['package']));
      return { status: result.ok ? 200 : 422, body: result };
    },
  }),
  jsonRoute({
    method: 'POST',
    path: '/drain',
    summary: 'No new connections; open tunnels may finish, then the gateway ends.',
    answers: { 202: drainSchema },
    respond: (gateway) => ({ status: 202, body: { draining: true, ...gateway.drain() } }),
  }),
  {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This description.',
    isPublic: false,
    answers: {},
    mediaType: 'application/json',
    register: (app, gateway) => {
      app.get('/openapi.json', async (_request, reply) => {
        return reply
          .type('application/json; charset=utf-8')
          .send(JSON.stringify(openApi(ROUTES, gateway.status().version)));
      });
    },
  },
  ...readAssets().map(assetRoute),
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

async function answerEvents(gateway: AdminGateway, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const asked = readQuery(eventQuerySchema, request);
  if (typeof asked === 'string') return refuseWith(reply, 400, 'bad-request', asked);
  const query = asked as EventQuery;
  if (query.follow === 'false') {
    const lines = gateway.feed.recent(filterOf(query), query.recent).map(tellerOf(query));
    return reply.type('application/json; charset=utf-8').send(eventsAsJson(lines));
  }
  // A stream has no end that HEAD could measure.
  if (request.method === 'HEAD') return reply.type('text/event-stream; charset=utf-8').send('');
  if (!streamEvents(gateway.feed, reply.raw, query, SAFE_HEADERS)) {
    return refuseWith(reply, 503, 'busy', 'Too many follow the events already.');
  }
  reply.hijack();
  return reply;
}
