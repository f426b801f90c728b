import type { EventId } from '../events/catalogue.ts';
import { EVENTS } from '../events/catalogue.ts';
import type { Reason } from '../events/reasons.ts';
import { REASONS } from '../events/reasons.ts';
import { BUCKETS } from './buckets.ts';

/**
 * Every number a loop counts, in one table of cells in shared memory. The loop's thread is the only writer of its table,
 * so counting is a plain addition; other threads of the process may read at any time (an aligned 64-bit cell is read
 * whole on the processors Node runs on). Cells hold whole numbers, exact up to 2^53.
 */

/** Cells that only grow, since the loop started. */
const COUNTERS = [
  'clientsOpened',
  'clientsClosed',
  'tunnelsOpened',
  'tunnelsClosed',
  'bytesUp',
  'bytesDown',
  'nameCacheHits',
  'nameLookups',
  'nameFailures',
  'eventsDropped',
] as const;

/** Cells that say how it is now; they end with the loop. */
const GAUGES = [
  /** Longest time the loop was late in the last second, in ms. */
  'loopLateMs',
] as const;

export type CounterName = (typeof COUNTERS)[number];
export type GaugeName = (typeof GAUGES)[number];

/** Distributions: unit of the recorded whole numbers, and how many of them make a second. */
export const HISTOGRAMS = {
  dial: { perSecond: 1e6 },
  setUp: { perSecond: 1e6 },
  nameLookup: { perSecond: 1e6 },
  duration: { perSecond: 1e3 },
} as const;
export type HistogramName = keyof typeof HISTOGRAMS;

/** Where a histogram's cells are: sum of values, then buckets; their total is the count. */
export interface HistogramPlace {
  readonly sum: number;
  readonly buckets: number;
}

const EVENT_IDS = Object.keys(EVENTS).map(Number) as EventId[];
export const REASON_NAMES = Object.keys(REASONS) as Reason[];
const HISTOGRAM_NAMES = Object.keys(HISTOGRAMS) as HistogramName[];

let size = 0;
const cellsFor = <Name extends string | number>(names: readonly Name[], cells = 1): Record<Name, number> => {
  const entries = names.map((name) => {
    const place = size;
    size += cells;
    return [name, place] as const;
  });
  return Object.fromEntries(entries) as Record<Name, number>;
};

/** Cell of each counter and gauge. */
export const CELL = { ...cellsFor(COUNTERS), ...cellsFor(GAUGES) };
/** Cell of each event: how often it was reported. */
export const EVENT_CELL = cellsFor(EVENT_IDS);
/** Cell of each reason: how often it was reported, closing events not counted. */
export const REPORT_CELL = cellsFor(REASON_NAMES);
/** Cell of each reason: how often mode "report" let something through that it refuses. */
export const WOULD_REFUSE_CELL = cellsFor(REASON_NAMES);
/** Cell of each reason: how many tunnels ended with it. */
export const ENDING_CELL = cellsFor(REASON_NAMES);
/** Place of each histogram. */
export const HISTOGRAM_PLACE = Object.fromEntries(
  Object.entries(cellsFor(HISTOGRAM_NAMES, 1 + BUCKETS)).map(([name, sum]) => [name, { sum, buckets: sum + 1 }]),
) as Record<HistogramName, HistogramPlace>;
/** Cells of one table. */
export const CELLS = size;

/** True for cells that end with their loop instead of staying in the totals. */
export function isGauge(cell: number): boolean {
  return GAUGES.some((name) => CELL[name] === cell);
}

/** A table on memory that other threads can share. */
export function createTable(memory = new SharedArrayBuffer(CELLS * Float64Array.BYTES_PER_ELEMENT)): Float64Array {
  return new Float64Array(memory);
}
