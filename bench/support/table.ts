import type { Bench } from 'tinybench';

/** One measured task. Times are nanoseconds per operation. */
export interface BenchRow {
  readonly task: string;
  readonly meanNs: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  /** Relative margin of error of the mean, percent. */
  readonly marginPercent: number;
  readonly operationsPerSecond: number;
  readonly samples: number;
}

const NS_PER_MS = 1e6;

/** The results of a benchmark that has run. @throws the error of a task that failed */
export function benchRows(bench: Bench, operationsPerCall: number): BenchRow[] {
  return bench.tasks.map((task) => {
    const { result } = task;
    if (result.state === 'errored') throw new Error(`${task.name} failed`, { cause: result.error });
    if (result.state !== 'completed') throw new Error(`${task.name} has not run: it is ${result.state}`);
    const perOperation = (ms: number): number => (ms * NS_PER_MS) / operationsPerCall;
    const { mean, p50, p99, rme, samplesCount } = result.latency;
    return {
      task: task.name,
      meanNs: perOperation(mean),
      p50Ns: perOperation(p50),
      p99Ns: perOperation(p99),
      marginPercent: rme,
      operationsPerSecond: 1e9 / perOperation(mean),
      samples: samplesCount,
    };
  });
}

/** Aligned text with one line for each task; the last column compares with the first task. */
export function benchTable(rows: readonly BenchRow[]): string {
  const first = rows[0]?.meanNs ?? 1;
  const lines = rows.map((row) => [
    row.task,
    nanoseconds(row.meanNs),
    nanoseconds(row.p50Ns),
    nanoseconds(row.p99Ns),
    `±${row.marginPercent.toFixed(1)} %`,
    Math.round(row.operationsPerSecond).toLocaleString('en'),
    `${(row.meanNs / first).toFixed(2)} ×`,
  ]);
  const all = [['', 'mean', 'p50', 'p99', 'margin', 'per second', 'time'], ...lines];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  return all
    .map((line) => line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))))
    .map((cells) => `  ${cells.join('  ')}\n`)
    .join('');
}

function nanoseconds(ns: number): string {
  if (ns < 1_000) return `${ns.toFixed(ns < 10 ? 1 : 0)} ns`;
  return ns < 1_000_000 ? `${(ns / 1_000).toFixed(2)} µs` : `${(ns / 1_000_000).toFixed(2)} ms`;
}
