import type { z } from 'zod';
import { errorSchema, jsonSchema } from './answers.ts';
import type { AdminRoute } from './route.ts';

/** The description of the admin API for programs: OpenAPI 3.1, made from the table of routes. */

/** Refusals that every route can give, by status. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: 'The request is wrong; the message says how.',
  401: 'The token is missing or wrong.',
  403: 'Called by a foreign name, or by a page of another origin.',
};

export function openApi(routes: readonly AdminRoute[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route);
  return {
    openapi: '3.1.0',
    info: { title: 'OMS Gateway admin API', version },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{}, { token: [] }],
    paths,
  };
}

function operation({ summary, query, answers, mediaType, isPublic }: AdminRoute): Record<string, unknown> {
  const responses: Record<string, unknown> = {};
  for (const [status, schema] of Object.entries(answers)) responses[status] = jsonAnswer(schema, summary);
  if (mediaType !== undefined) {
    const ok = (responses['200'] ?? {}) as { content?: Record<string, unknown> };
    responses['200'] = { description: summary, content: { ...ok.content, [mediaType]: {} } };
  }
  if (!isPublic) {
    for (const [status, text] of Object.entries(REFUSALS)) responses[status] ??= jsonAnswer(errorSchema, text);
  }
  return { summary, parameters: query === undefined ? [] : parameters(query), responses };
}

function jsonAnswer(schema: z.ZodType, description: string): Record<string, unknown> {
  return { description, content: { 'application/json': { schema: jsonSchema(schema) } } };
}

function parameters(query: z.ZodObject): Record<string, unknown>[] {
  return Object.entries(query.shape as Record<string, z.ZodType>).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !schema.safeParse(undefined).success,
    schema: jsonSchema(schema),
  }));
}
