/** Geometry of the throughput chart: values to SVG paths. No DOM, so that it can be tested. */

export interface Box {
  readonly width: number;
  readonly height: number;
}

export interface Series {
  /** Outline, for a stroke. */
  readonly line: string;
  /** Closed along the bottom, for a fill. */
  readonly area: string;
}

/**
 * @param times of the values in seconds, ascending; @param from time at the left edge; @param to time at the right edge
 * @param top value at the upper edge
 */
export function seriesOf(
  times: readonly number[],
  values: readonly number[],
  { from, to, top }: { readonly from: number; readonly to: number; readonly top: number },
  { width, height }: Box,
): Series {
  const points = times.flatMap((time, index) => {
    if (time < from) return [];
    const x = ((time - from) / Math.max(1, to - from)) * width;
    const y = height - (Math.min(values[index] ?? 0, top) / Math.max(1, top)) * height;
    return [[round(x), round(y)] as const];
  });
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return { line: '', area: '' };
  const line = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('');
  return { line, area: `${line}L${last[0]} ${height}L${first[0]} ${height}Z` };
}

/** A round number at or above the largest value, of the form 1, 2 or 5 times a power of ten. */
export function niceTop(largest: number): number {
  if (!(largest > 0)) return 1000;
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = [1, 2, 5, 10].find((each) => each * power >= largest) ?? 10;
  return step * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
