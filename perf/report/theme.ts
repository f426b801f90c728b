/**
 * Colours for light and dark surroundings, as CSS. Series colours are told apart also by people who see few colours
 * (after Okabe and Ito, "Color Universal Design"), and they are used in a fixed order.
 */

export const SERIES_COLOURS = 6;

const LIGHT = {
  surface: '#ffffff',
  ink: '#1c2024',
  quiet: '#5d666f',
  grid: '#e3e6ea',
  shade: '#f3f5f7',
  good: '#0072b2',
  other: '#b4bcc5',
  series: ['#0072b2', '#d55e00', '#00866a', '#b3508f', '#8a6d00', '#5b5f97'],
};

const DARK = {
  surface: '#16191d',
  ink: '#e9ecef',
  quiet: '#a0a9b2',
  grid: '#2d3339',
  shade: '#1e2227',
  good: '#5bb5ee',
  other: '#59636d',
  series: ['#5bb5ee', '#f4944a', '#3dc9a2', '#e394c6', '#dcc04a', '#a5a9e8'],
};

/** Variables on `selector`, for both colour schemes. */
export function themeCss(selector: string): string {
  return `${selector}{${variables(LIGHT)}}@media (prefers-color-scheme:dark){${selector}{${variables(DARK)}}}`;
}

function variables(theme: typeof LIGHT): string {
  const { series, ...rest } = theme;
  const plain = Object.entries(rest).map(([name, value]) => `--${name}:${value}`);
  return [...plain, ...series.map((value, index) => `--series-${index}:${value}`)].join(';');
}

/** How charts are drawn; needs the variables of `themeCss`. */
export const CHART_CSS =
  '.chart text{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--quiet)}' +
  '.chart .name{font-weight:600;font-size:14px;fill:var(--ink)}' +
  '.chart .strong{fill:var(--ink)}' +
  '.chart .grid{stroke:var(--grid);stroke-width:1}' +
  '.chart .shade{fill:var(--shade)}' +
  '.chart .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}' +
  '.chart .ours{fill:var(--good)}.chart .theirs{fill:var(--other)}';
