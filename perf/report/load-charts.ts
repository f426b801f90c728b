import type { PercentilePoint } from '../load/histogram.ts';
import type { TimelinePoint, WorkloadResult } from '../load/result.ts';
import { count, duration, size, threeDigits, trimmed } from '../load/units.ts';
import type { ChartPoint } from './line-chart.ts';
import { lineChart } from './line-chart.ts';
import { linearScale, logScale, percentileScale, spanScale } from './scale.ts';

/** The charts of one workload. Each is null when there is nothing to draw. */

/** Percentiles that get a mark on the curve. */
const MARKED = [50, 90, 99, 99.9, 99.99];

export function latencyChart(result: WorkloadResult): string | null {
  const groups = result.groups.filter((group) => group.curve.length > 1);
  const points = groups.flatMap((group) => group.curve);
  if (points.length === 0) return null;
  const values = points.map((point) => Math.max(1, point.us));
  return lineChart({
    name: 'Latency by percentile',
    xName: 'percentile',
    x: percentileScale(Math.max(...points.map((point) => point.percentile))),
    y: logScale(Math.min(...values), Math.max(...values), (us) => trimmed(duration(us))),
    series: groups.map((group) => ({ name: group.name, points: group.curve.map(latencyPoint) })),
  });
}

function latencyPoint({ percentile, us }: PercentilePoint, index: number, all: readonly PercentilePoint[]): ChartPoint {
  const before = all[index - 1]?.percentile ?? -1;
  const marked = MARKED.find((each) => each <= percentile + 1e-9 && each > before + 1e-9);
  const place = { x: percentile, y: Math.max(1, us) };
  return marked === undefined ? place : { ...place, hint: `${threeOrMore(percentile)} % within ${duration(us)}` };
}

function threeOrMore(percentile: number): string {
  return String(Number(percentile.toFixed(percentile > 99 ? 3 : 1)));
}

export function rateChart(result: WorkloadResult): string | null {
  if (result.workload === 'idle') {
    return timeChart(
      result,
      'Open tunnels over time',
      (point) => point.open,
      count,
      (value) => count(value),
    );
  }
  // Of bulk data the payload says the same, in better units.
  if (isBulk(result)) return null;
  const name = `${result.unit.charAt(0).toUpperCase()}${result.unit.slice(1)}s per second over time`;
  return timeChart(
    result,
    name,
    (point) => point.donePerSecond,
    count,
    (value) => `${threeDigits(value)} per second`,
  );
}

export function payloadChart(result: WorkloadResult): string | null {
  if (result.workload === 'echo' || result.timeline.every((point) => point.bytesPerSecond === 0)) return null;
  const label = (value: number): string => (value === 0 ? '0' : trimmed(size(value)));
  return timeChart(result, 'Payload per second over time', (point) => point.bytesPerSecond, label, size);
}

function isBulk({ workload }: WorkloadResult): boolean {
  return workload === 'download' || workload === 'upload';
}

function timeChart(
  { timeline, unit }: WorkloadResult,
  name: string,
  value: (point: TimelinePoint) => number,
  label: (value: number) => string,
  hint: (value: number) => string,
): string | null {
  const first = timeline[0];
  const last = timeline.at(-1);
  if (first === undefined || last === undefined || timeline.length < 2) return null;
  const most = Math.max(...timeline.map(value), 1);
  return lineChart({
    name,
    xName: 'seconds',
    x: spanScale(first.second, last.second, (second) => String(Number(second.toFixed(1)))),
    y: linearScale(most, label, 4),
    series: [{ name: unit, points: timeline.map((point) => timePoint(point, timeline.length, value, hint)) }],
    shadeBefore: 0,
  });
}

/** Few points are marked each; many only make the line. */
const MARKS_LIMIT = 60;

function timePoint(
  point: TimelinePoint,
  points: number,
  value: (point: TimelinePoint) => number,
  hint: (value: number) => string,
): ChartPoint {
  const place = { x: point.second, y: value(point) };
  if (points > MARKS_LIMIT && point.failures === 0) return place;
  const failures = point.failures > 0 ? `, ${count(point.failures)} failed` : '';
  return { ...place, hint: `${hint(place.y)} at ${point.second.toFixed(1)} s${failures}` };
}
