import { z } from 'zod';
import { countUpTo } from './answers.ts';

/** The answer of /tunnels, and what can be asked for. The rows are those of `engine/tunnel-list.ts`. */

const ROWS_LIMIT = 1_000;

export const tunnelQuerySchema = z.strictObject({
  limit: countUpTo(ROWS_LIMIT, 1).default(100).describe('Rows at most.'),
  sort: z.enum(['age', 'bytes', 'rate']).default('age').describe('The largest come first.'),
  text: z.string().max(300).default('').describe('Only tunnels whose client or destination holds this text.'),
});
export type TunnelQuery = z.infer<typeof tunnelQuerySchema>;

const count = z.int().min(0);

export const tunnelPageSchema = z.strictObject({
  matched: count.describe('Tunnels that fit, shown or not.'),
  complete: z.boolean().describe('False when a worker did not answer in time.'),
  rows: z.array(
    z.strictObject({
      tunnel: z.string(),
      client: z.string(),
      destination: z.string().describe('Empty while the request is being read.'),
      state: z.string(),
      tls: z.string().describe('TLS version that was agreed; empty while it is not known.'),
      bytesUp: count,
      bytesDown: count,
      upPerSecond: z.number(),
      downPerSecond: z.number(),
      ageMs: count,
    }),
  ),
});

type Row = Readonly<z.infer<typeof tunnelPageSchema>['rows'][number]>;
export interface TunnelPage {
  readonly matched: number;
  readonly complete: boolean;
  readonly rows: readonly Row[];
}
