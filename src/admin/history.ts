import { z } from 'zod';

/** The answer of /history: the last hour, a point every few seconds, oldest first. */
export const historySchema = z.strictObject({
  points: z.array(
    z.strictObject({
      at: z.int().describe('Seconds since 1970.'),
      upPerSecond: z.number(),
      downPerSecond: z.number(),
      tunnelsOpen: z.number(),
      rejectionsPerSecond: z.number(),
    }),
  ),
});

export type HistoryAnswer = z.infer<typeof historySchema>;
