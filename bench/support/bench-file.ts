import type { Bench, BenchOptions } from 'tinybench';

/** What a file `bench/NAME.bench.ts` exports. */
export interface BenchFile {
  /** Builds the benchmark, its tasks added, not run yet. `options` say how long to measure: hand them to `new Bench`. */
  readonly createBench: (options: BenchOptions) => Bench | Promise<Bench>;
  /** How many operations one call of a task does; 1 when absent. The table shows time per operation. */
  readonly operationsPerCall?: number;
}
