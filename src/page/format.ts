/** Numbers as people read them, in the language of the page. */

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;
/** A number stays with its unit, and "2 min 5 s" on one line. */
const NO_BREAK = '\u00a0';

export function bytesText(bytes: number, language: string): string {
  let value = bytes;
  let index = 0;
  while (value >= 999.5 && index < UNITS.length - 1) {
    value /= 1000;
    index += 1;
  }
  const digits = index === 0 || value >= 99.5 ? 0 : value >= 9.95 ? 1 : 2;
  return `${value.toLocaleString(language, { maximumFractionDigits: digits })}${NO_BREAK}${symbolOf(UNITS[index] ?? 'byte', language)}`;
}

/** Bytes per second. */
export function rateText(perSecond: number, language: string): string {
  return `${bytesText(perSecond, language)}/${language === 'ru' ? 'с' : 's'}`;
}

/** "kB", "ko" in French, "кБ" in Russian. */
function symbolOf(unit: (typeof UNITS)[number], language: string): string {
  // Some languages write out "byte"; all abbreviate its multiples.
  const known = unitParts(1, unit === 'byte' ? 'kilobyte' : unit, language).find(({ type }) => type === 'unit');
  return (known?.value ?? '').slice(unit === 'byte' ? 1 : 0);
}

export function countText(count: number, language: string): string {
  return count.toLocaleString(language, { maximumFractionDigits: 0 });
}

/** 0.999 is "99.9%", or "99,9 %". */
export function shareText(share: number, language: string): string {
  return share.toLocaleString(language, { style: 'percent', maximumFractionDigits: 1 });
}

/** "0.8 ms", "1.25 sec", "3 min" */
export function secondsText(seconds: number, language: string): string {
  if (seconds < 0.9995) return unitText(Number((seconds * 1000).toPrecision(2)), 'millisecond', language);
  if (seconds < 99.5) return unitText(Number(seconds.toPrecision(3)), 'second', language);
  return durationText(seconds, language);
}

/** "2 days 3 hr", "5 min 7 sec" */
export function durationText(seconds: number, language: string): string {
  const whole = Math.floor(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'day'],
    [Math.floor(whole / 3600) % 24, 'hour'],
    [Math.floor(whole / 60) % 60, 'minute'],
    [whole % 60, 'second'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return unitText(0, 'second', language);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => unitText(count, unit, language))
    .join(NO_BREAK);
}

function unitText(value: number, unit: string, language: string): string {
  const text = unitParts(value, unit, language).map(({ value: part }) => part);
  return text.join('').replaceAll(' ', NO_BREAK);
}

function unitParts(value: number, unit: string, language: string): Intl.NumberFormatPart[] {
  const key = `${language} ${unit}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 3 });
    formats.set(key, format);
  }
  return format.formatToParts(value);
}

/** Making one costs more than using it a hundred times. */
const formats = new Map<string, Intl.NumberFormat>();

/** Time of day of an event. */
export function clockText(time: string, language: string): string {
  return new Date(time).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}
