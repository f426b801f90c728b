/** Axes: where a value lies between 0 and 1, and which values get a tick. */

export interface Scale {
  /** 0 at the beginning of the axis, 1 at its end. */
  readonly place: (value: number) => number;
  readonly ticks: readonly Tick[];
}

export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** From 0 to a round number at or above `most`. */
export function linearScale(most: number, label: (value: number) => string, wanted = 5): Scale {
  const step = roundStep((most > 0 ? most : 1) / wanted);
  const count = Math.max(1, Math.ceil((most > 0 ? most : 1) / step - 1e-9));
  const end = count * step;
  const ticks = Array.from({ length: count + 1 }, (_, index) => index * step);
  return { place: (value) => value / end, ticks: ticks.map((value) => ({ value, label: label(value) })) };
}

/** From `from` to `to` as they are, for time. */
export function spanScale(from: number, to: number, label: (value: number) => string, wanted = 6): Scale {
  const span = to > from ? to - from : 1;
  const step = roundStep(span / wanted);
  const ticks: Tick[] = [];
  for (let value = Math.ceil(from / step) * step; value <= to + 1e-9; value += step) {
    ticks.push({ value, label: label(Math.abs(value) < 1e-9 ? 0 : value) });
  }
  return { place: (value) => (value - from) / span, ticks };
}

/** Whole powers of ten around the values; all of them must be above 0. */
export function logScale(least: number, most: number, label: (value: number) => string): Scale {
  const from = Math.floor(Math.log10(least));
  const to = Math.max(from + 1, Math.ceil(Math.log10(most)));
  const ticks = Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
  return {
    place: (value) => (Math.log10(value) - from) / (to - from),
    ticks: ticks.map((value) => ({ value, label: label(value) })),
  };
}

const PERCENTILES = [50, 90, 99, 99.9, 99.99, 99.999];

/** Percentiles as in HDR plots: each further nine takes the same width. @param most the last percentile shown */
export function percentileScale(most: number): Scale {
  const nines = (percentile: number): number => -Math.log10(1 - Math.min(percentile, 99.9999) / 100);
  const end = Math.max(nines(most), 1);
  return {
    place: (value) => Math.min(1, nines(value) / end),
    ticks: PERCENTILES.filter((value) => value <= Math.max(most, 90) + 1e-9).map((value) => ({
      value,
      label: `${value} %`,
    })),
  };
}

/** 1, 2 or 5 times a power of ten, at or above `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((each) => each * power >= step - 1e-12) ?? 10;
  return factor * power;
}
