import { z } from 'zod';

/** The small answers of the admin API; the large ones have files of their own. */

export const healthSchema = z.strictObject({ alive: z.boolean() });

export const readinessSchema = z.strictObject({
  ready: z.boolean(),
  why: z.string().optional().describe('Why not, as half a sentence.'),
});

export const reloadQuerySchema = z.strictObject({
  enforce: z.enum(['true', 'false']).optional().describe('End open tunnels that the new configuration refuses.'),
});

export const reloadSchema = z.strictObject({
  ok: z.boolean(),
  changed: z.array(z.string()).optional().describe('Keys that are in effect with a new value.'),
  needsRestart: z.array(z.string()).optional().describe('Keys whose new value waits for a restart.'),
  successor: z.int().optional().describe('After a restart: the process that has taken over, where a new one had to.'),
  ended: z.int().optional().describe('With enforce: tunnels that the new configuration refuses and that were ended.'),
  problems: z
    .array(z.strictObject({ path: z.string(), message: z.string() }))
    .optional()
    .describe('What is wrong; the running configuration stays.'),
});

export const upgradeQuerySchema = z.strictObject({
  package: z.string().min(1).describe('Folder of the package to go on with; of root or the user of the gateway.'),
});

export const upgradeSchema = z.strictObject({
  ok: z.boolean(),
  version: z.string().optional().describe('The version that serves from now on.'),
  pid: z.number().optional().describe('Its process.'),
  why: z.string().optional().describe('Why nothing has changed, as half a sentence.'),
});

export const drainSchema = z.strictObject({
  draining: z.boolean(),
  seconds: z.number().describe('How long open tunnels may take to finish.'),
});

/** Every refusal. */
export const errorSchema = z.strictObject({
  error: z.string().describe('A code that does not change, e.g. "not-found".'),
  message: z.string().describe('What was wrong and what would be right.'),
});

/** A number in a query, which comes as text. */
export function countUpTo(most: number, least: number) {
  const error = `is no whole number from ${least} to ${most}`;
  return z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error });
}

/** A schema as JSON Schema without the member that serializers and OpenAPI do not take. */
export function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const made: Record<string, unknown> = z.toJSONSchema(schema, { target: 'draft-7' });
  return Object.fromEntries(Object.entries(made).filter(([name]) => name !== '$schema'));
}
