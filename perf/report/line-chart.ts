import type { Scale } from './scale.ts';
import { element, label, title } from './svg.ts';
import { SERIES_COLOURS } from './theme.ts';

/** Lines over two axes, as inline SVG. Colours come from the page (see `theme.ts`). */

export interface LineChart {
  readonly name: string;
  readonly xName: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly series: readonly LineSeries[];
  /** The part of the x axis before this value is shaded, e.g. the warm-up. */
  readonly shadeBefore?: number;
}

export interface LineSeries {
  readonly name: string;
  readonly points: readonly ChartPoint[];
}

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  /** Shown while the pointer rests on it; points without are only corners of the line. */
  readonly hint?: string;
}

const WIDTH = 560;
const HEIGHT = 280;
const LEFT = 64;
const RIGHT = 20;
const TOP = 44;
const LEGEND = 22;
const BOTTOM = 46;

export function lineChart(chart: LineChart): string {
  const hasLegend = chart.series.length > 1;
  const top = TOP + (hasLegend ? LEGEND : 0);
  const area = { top, width: WIDTH - LEFT - RIGHT, height: HEIGHT - top - BOTTOM };
  const at = (x: number, y: number): readonly [number, number] => [
    LEFT + clamp(chart.x.place(x)) * area.width,
    top + (1 - clamp(chart.y.place(y))) * area.height,
  ];
  const parts = [
    title(chart.name),
    shade(chart, area.top, area.width, area.height),
    label(LEFT, 22, chart.name, { class: 'name' }),
    ...grid(chart, at),
    label(LEFT + area.width / 2, HEIGHT - 8, chart.xName, { 'text-anchor': 'middle' }),
    ...(hasLegend ? legend(chart.series) : []),
    ...chart.series.map((series, index) => drawSeries(series, index, at)),
  ];
  const attributes = { class: 'chart', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img' };
  return element('svg', { xmlns: 'http://www.w3.org/2000/svg', ...attributes }, parts.join(''));
}

type Place = (x: number, y: number) => readonly [number, number];

function grid({ x, y }: LineChart, at: Place): string[] {
  const [left, bottom] = [LEFT, HEIGHT - BOTTOM];
  const rows = y.ticks.map((tick) => {
    const [, height] = at(0, tick.value);
    return (
      element('line', { class: 'grid', x1: left, x2: WIDTH - RIGHT, y1: height, y2: height }) +
      label(left - 8, height + 4, tick.label, { 'text-anchor': 'end' })
    );
  });
  const columns = x.ticks.map((tick) => {
    const across = LEFT + clamp(x.place(tick.value)) * (WIDTH - LEFT - RIGHT);
    // At the right edge there is no room for the second half of a label such as "99.999 %".
    const isLast = across > WIDTH - RIGHT - 1;
    return label(isLast ? WIDTH - 2 : across, bottom + 18, tick.label, { 'text-anchor': isLast ? 'end' : 'middle' });
  });
  return [...rows, ...columns];
}

function shade({ shadeBefore, x }: LineChart, top: number, width: number, height: number): string {
  if (shadeBefore === undefined) return '';
  const across = clamp(x.place(shadeBefore)) * width;
  if (across < 1) return '';
  return element('rect', { class: 'shade', x: LEFT, y: top, width: across, height }, title('warm-up, not measured'));
}

function legend(series: readonly LineSeries[]): string[] {
  let across = LEFT;
  return series.map(({ name }, index) => {
    const mark = element('rect', { x: across, y: 36, width: 12, height: 12, rx: 3, fill: colour(index) });
    const text = label(across + 18, 46, name, { class: 'strong' });
    across += 34 + name.length * 7;
    return mark + text;
  });
}

function drawSeries({ name, points }: LineSeries, index: number, at: Place): string {
  const places = points.map((point) => at(point.x, point.y));
  const path = places.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
  const dots = points.map((point, i) => {
    const [x = 0, y = 0] = places[i] ?? [];
    return point.hint === undefined ? '' : dot(x, y, index, `${name}: ${point.hint}`);
  });
  const line = path === '' ? '' : element('path', { class: 'line', d: path, stroke: colour(index) });
  return line + dots.join('');
}

/** A mark with a larger invisible ring that is easy to hit. */
function dot(x: number, y: number, index: number, hint: string): string {
  return element(
    'g',
    {},
    element('circle', { cx: x, cy: y, r: 3, fill: colour(index) }) +
      element('circle', { cx: x, cy: y, r: 10, fill: 'transparent' }, title(hint)),
  );
}

function colour(index: number): string {
  return `var(--series-${index % SERIES_COLOURS})`;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
