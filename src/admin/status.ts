import { z } from 'zod';

/**
 * The answer of /status: one schema for its type, its serializer, its description in /openapi.json and its test. Times
 * are ISO 8601, durations seconds, sizes bytes.
 */

const count = z.int().min(0);
const known = (schema: z.ZodType<number>): z.ZodNullable<z.ZodType<number>> => schema.nullable();
const byReason = z.record(z.string(), count).describe('Counts by reason, those that are zero left out.');
const latency = z
  .strictObject({ p50: z.number(), p90: z.number(), p99: z.number(), p999: z.number() })
  .nullable()
  .describe('Seconds over the last five minutes; null when there was nothing to measure.');

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
        residentBytes: known(count),
        descriptors: known(count).describe('Open file descriptors; null where the system does not tell.'),
        descriptorLimit: known(count),
        stallSeconds: z.number().describe('Longest time a thread stood still within the last 15 to 30 seconds.'),
      }),
    )
    .describe('Worker processes that run now.'),
  allowed: z
    .strictObject({
      hosts: count.describe('Allowed-host rules of all sources.'),
      ports: z.array(count),
      sources: z.array(
        z.strictObject({
          origin: z.string(),
          hosts: count,
          ageSeconds: known(count).describe('Since they were read, or found unchanged; null: not yet.'),
        }),
      ),
    })
    .describe('What may be reached.'),
  counters: z
    .strictObject({
      activeClientConnections: count.describe('Active Client Connection: client TCP connections open now.'),
      connectedClients: count.describe('Connected Client: distinct client addresses among them.'),
      errorCount: count.describe('Error Count: events of level error.'),
      rejectionCount: count.describe('Rejection Count: TLS sessions refused.'),
    })
    .describe('The counters of the reference.'),
  tunnels: z.strictObject({ open: count, opened: count, closed: count, endings: byReason }),
  rejections: byReason,
  failures: byReason,
  bytes: z.strictObject({ up: count, down: count }).describe('Payload forwarded, up to destinations, down to clients.'),
  latency: z.strictObject({ dial: latency, setUp: latency, nameResolution: latency, tunnelDuration: latency }),
  droppedEvents: count.describe('Events that could not be written to the log in time.'),
});

/** What the gateway is and does now. */
export type Status = z.infer<typeof statusSchema>;
