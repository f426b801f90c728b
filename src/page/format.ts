/** Numbers as people read them, in the language of the page. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

export function bytesText(bytes: number, language: string): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : value >= 9.95 ? 1 : 2;
  return `${value.toLocaleString(language, { maximumFractionDigits: digits })} ${UNITS[unit] ?? ''}`;
}

export function countText(count: number, language: string): string {
  return count.toLocaleString(language, { maximumFractionDigits: 0 });
}

/** "0.8 ms", "1.25 s", "3 min" */
export function secondsText(seconds: number, language: string): string {
  const number = (value: number, digits: number): string =>
    value.toLocaleString(language, { maximumSignificantDigits: digits });
  if (seconds < 0.9995) return `${number(seconds * 1000, 2)} ms`;
  if (seconds < 99.5) return `${number(seconds, 3)} s`;
  return durationText(seconds);
}

/** "2 d 3 h", "5 min 7 s" */
export function durationText(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** Time of day of an event. */
export function clockText(time: string, language: string): string {
  return new Date(time).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}
