import { z } from 'zod';

/**
 * The answer of /status: one schema for its type, its serializer, its description in /openapi.json and its test. Times
 * are ISO 8601, durations seconds, sizes bytes.
 */

const count = z.int().min(0);

export const statusSchema = z.strictObject({
  version: z.string().describe('Version of the gateway.'),
  pid: count.describe('Process id of the primary.'),
  state: z.enum(['starting', 'running', 'draining']),
  ready: z.boolean().describe('Whether new tunnels can come about; see /readyz.'),
  startedAt: z.string(),
  uptimeSeconds: z.number().min(0),
  listen: z.string().describe('Address that clients connect to.'),
  engine: z.string().describe('What moves the bytes: "portable" or "linux".'),
  configuredWorkers: count,
  workers: z
    .array(
      z.strictObject({
        id: count,
        pid: count,
        ready: z.boolean(),
        startedAt: z.string(),
      }),
    )
    .describe('Worker processes that run now.'),
  allowed: z
    .strictObject({
      hosts: count.describe('Allowed-host rules of all sources.'),
      ports: z.array(count),
      sources: z.array(z.strictObject({ origin: z.string(), hosts: count })),
    })
    .describe('What may be reached.'),
});

/** What the gateway is and does now. */
export type Status = z.infer<typeof statusSchema>;
