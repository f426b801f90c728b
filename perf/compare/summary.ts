import type { MeasureKey } from './measures.ts';
import type { Comparison, Run } from './result.ts';

/** Medians over the rounds, and ratios of the same round: drift of the machine hits both sides of a ratio alike. */

export interface SummaryRow {
  readonly peer: string;
  readonly rate: number;
  readonly bytesPerSecond: number;
  readonly cost: number | null;
  /** Cost, rate and payload of this peer divided by those of the base; null when there is nothing to compare with. */
  readonly costRatio: number | null;
  readonly rateRatio: number | null;
  readonly bytesRatio: number | null;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly busy: number;
  readonly loadBusy: number;
  readonly failures: number;
  /** Half the range of the cost over the rounds, relative to its median. */
  readonly spread: number | null;
}

/** @param base key of the peer that ratios refer to: the first one of ours */
export function summarize({ runs, peers }: Comparison, measure: MeasureKey, base: string): SummaryRow[] {
  const own = runs.filter((run) => run.measure === measure);
  const rows: SummaryRow[] = [];
  for (const { key } of peers) {
    const those = own.filter((run) => run.peer === key);
    if (those.length > 0)
      rows.push(
        summaryRow(
          key,
          those,
          own.filter((run) => run.peer === base),
        ),
      );
  }
  return rows;
}

/** The peer that ratios refer to. */
export function baseOf({ peers }: Comparison): string {
  return (peers.find((peer) => peer.isOurs) ?? peers[0])?.key ?? '';
}

function summaryRow(peer: string, runs: readonly Run[], base: readonly Run[]): SummaryRow {
  const costs = runs.map((run) => run.cost).filter((cost) => cost !== null);
  const cost = costs.length === 0 ? null : median(costs);
  return {
    peer,
    rate: median(runs.map((run) => run.rate)),
    bytesPerSecond: median(runs.map((run) => run.bytesPerSecond)),
    cost,
    costRatio: ratio(runs, base, (run) => run.cost),
    rateRatio: ratio(runs, base, (run) => run.rate),
    bytesRatio: ratio(runs, base, (run) => run.bytesPerSecond),
    p50Us: median(runs.map((run) => run.p50Us)),
    p99Us: median(runs.map((run) => run.p99Us)),
    busy: median(runs.map((run) => run.busy)),
    loadBusy: median(runs.map((run) => run.loadBusy)),
    failures: runs.reduce((sum, run) => sum + run.failures, 0),
    spread: cost === null || cost === 0 ? null : (Math.max(...costs) - Math.min(...costs)) / 2 / cost,
  };
}

function ratio(runs: readonly Run[], base: readonly Run[], figure: (run: Run) => number | null): number | null {
  const ratios: number[] = [];
  for (const run of runs) {
    const other = base.find(({ round }) => round === run.round);
    const own = figure(run);
    const reference = other === undefined ? null : figure(other);
    if (own !== null && reference !== null && reference > 0) ratios.push(own / reference);
  }
  return ratios.length === 0 ? null : median(ratios);
}

/** The middle one, or the mean of the two in the middle. NaN without any. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Runs during which other programs used more than this of the two processors are named as disturbed. */
const DISTURBED = 0.15;

export function disturbedRuns({ runs }: Pick<Comparison, 'runs'>): number {
  return runs.filter(({ others }) => others > DISTURBED).length;
}
