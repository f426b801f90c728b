import { element, label, title } from './svg.ts';
import { CHART_CSS, themeCss } from './theme.ts';

/** Horizontal bars that compare a figure over several programs, as a file of its own: light and dark by itself. */

export interface BarChart {
  readonly name: string;
  /** What the numbers are, and which direction is better. */
  readonly explanation: string;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** The number as it is written behind the bar. */
  readonly text: string;
  /** Ours stand out. */
  readonly isOurs: boolean;
}

const WIDTH = 760;
const NAMES = 250;
const NUMBERS = 90;
const ROW = 28;
const BAR = 16;
const TOP = 62;
const BOTTOM = 14;
/** A bar is never so short that it cannot be seen. */
const SHORTEST = 2;

export function barChart(chart: BarChart): string {
  const height = TOP + chart.bars.length * ROW + BOTTOM;
  const most = Math.max(...chart.bars.map(({ value }) => value), Number.MIN_VALUE);
  const parts = [
    title(chart.name),
    `<style>${themeCss('.chart')}${CHART_CSS}</style>`,
    element('rect', { width: WIDTH, height, rx: 8, fill: 'var(--surface)' }),
    label(16, 26, chart.name, { class: 'name' }),
    label(16, 46, chart.explanation),
    ...chart.bars.map((bar, index) => drawBar(bar, TOP + index * ROW, most)),
  ];
  const attributes = { class: 'chart', viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height, role: 'img' };
  return `${element('svg', { xmlns: 'http://www.w3.org/2000/svg', ...attributes }, parts.join('\n'))}\n`;
}

function drawBar({ name, value, text, isOurs }: Bar, y: number, most: number): string {
  const width = Math.max(SHORTEST, (value / most) * (WIDTH - NAMES - NUMBERS));
  const middle = y + ROW / 2 + 4;
  return (
    label(NAMES - 10, middle, name, { 'text-anchor': 'end', class: isOurs ? 'strong' : '' }) +
    element(
      'rect',
      { class: isOurs ? 'ours' : 'theirs', x: NAMES, y: y + (ROW - BAR) / 2, width, height: BAR, rx: 3 },
      title(`${name}: ${text}`),
    ) +
    label(NAMES + width + 8, middle, text, { class: 'strong' })
  );
}
