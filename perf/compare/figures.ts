import { duration, threeDigits } from '../load/units.ts';
import type { Measure } from './measures.ts';
import type { Comparison } from './result.ts';
import type { SummaryRow } from './summary.ts';
import { baseOf, summarize } from './summary.ts';

/** The tables of a comparison as cells of text, for terminal and page alike. */

export interface FigureTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const COST_HEAD: Readonly<Record<Measure['cost'], string>> = {
  'us-per-operation': 'CPU µs each',
  'seconds-per-gb': 'CPU s per GB',
  'kib-per-tunnel': 'KiB each',
};

export function costHead({ cost }: Measure): string {
  return COST_HEAD[cost];
}

export function figureTable(comparison: Comparison, measure: Measure): FigureTable {
  const rows = summarize(comparison, measure.key, baseOf(comparison));
  const label = (key: string): string => comparison.peers.find((peer) => peer.key === key)?.label ?? key;
  if (measure.key === 'idle') {
    const head = ['', 'held', costHead(measure), '× ours', '±', 'failed'];
    return {
      head,
      rows: rows.map((row) => [label(row.peer), row.rate.toFixed(0), ...costCells(row), failedCell(row)]),
    };
  }
  const isBulk = measure.cost === 'seconds-per-gb';
  const head = [
    '',
    isBulk ? 'MB/s' : 'per second',
    '× ours',
    costHead(measure),
    '× ours',
    '±',
    'p50',
    'p99',
    'busy',
    'load',
    'failed',
  ];
  return {
    head,
    rows: rows.map((row) => [
      label(row.peer),
      threeDigits(isBulk ? row.bytesPerSecond / 1e6 : row.rate),
      ratioText(isBulk ? row.bytesRatio : row.rateRatio),
      ...costCells(row),
      latencyText(row.p50Us),
      latencyText(row.p99Us),
      percent(row.busy),
      percent(row.loadBusy),
      failedCell(row),
    ]),
  };
}

function costCells({ cost, costRatio, spread }: SummaryRow): string[] {
  return [cost === null ? '–' : threeDigits(cost), ratioText(costRatio), spread === null ? '–' : percent(spread)];
}

function failedCell({ failures }: SummaryRow): string {
  return String(failures);
}

function ratioText(ratio: number | null): string {
  return ratio === null || !Number.isFinite(ratio) ? '–' : ratio.toFixed(2);
}

/** Nothing that began while it was measured was done: there is no latency. */
function latencyText(us: number): string {
  return us === 0 ? '–' : duration(us);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
