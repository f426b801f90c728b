import { setFlagsFromString } from 'node:v8';

/**
 * Asks V8 to optimize early. Its thresholds count calls, and most functions of a gateway are called once for each tunnel:
 * by default the optimizing compilers come in after thousands of tunnels, and a worker just started spends three times
 * what it spends later (bench/tunnel, the first thousands of runs). Imported before anything else by a worker process; the
 * thresholds hold for the threads of the process too.
 */

/** The first V8 that counts calls, that of Node 22. */
const COUNTS_CALLS = 12;

/** Options of V8 (`node --v8-options`) for this version of it, e.g. "14.6.202.34-node.34". */
export function earlyOptimization(v8: string): readonly string[] {
  if (Number.parseInt(v8, 10) < COUNTS_CALLS) return [];
  return [
    '--invocation-count-for-maglev=100',
    '--invocation-count-for-turbofan=400',
    '--minimum-invocations-after-ic-update=100',
  ];
}

for (const option of earlyOptimization(process.versions.v8)) setFlagsFromString(option);
