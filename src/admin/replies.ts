import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';

/** What all answers of the admin API have in common. */

/** Nothing that is answered here may be kept, guessed at or framed by anybody. */
export const SAFE_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** Refuses a request: a code that does not change, and a sentence. */
export async function refuseWith(
  reply: FastifyReply,
  status: number,
  error: string,
  message: string,
): Promise<FastifyReply> {
  // Serialized here: the schema of a route describes what it answers when all is well.
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send({ error, message });
}

/** The query of a request as its schema wants it, or what is wrong with it. */
export function readQuery(
  schema: z.ZodObject | undefined,
  { query, url }: FastifyRequest,
): Readonly<Record<string, unknown>> | string {
  if (schema === undefined) return url.includes('?') ? 'This path takes no query.' : {};
  const read = schema.safeParse(query);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  if (issue === undefined) return 'The query is wrong.';
  const known = Object.keys(schema.shape).join(', ');
  if (issue.code === 'unrecognized_keys') return `There is no ${issue.keys.join(', ')}; known are ${known}.`;
  return `${issue.path.join('.')}: ${issue.message}`;
}
