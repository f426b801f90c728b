/** Numbers for people. */

/** Microseconds as "850 µs", "12.4 ms", "1.25 s". */
export function duration(us: number): string {
  if (us < 999.5) return `${Math.round(us)} µs`;
  if (us < 999_500) return `${threeDigits(us / 1_000)} ms`;
  return `${threeDigits(us / 1e6)} s`;
}

/** Bytes as "12.3 MB", decimal units. */
export function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${threeDigits(value)} ${units[unit] ?? ''}`;
}

/** "12,345", "123", "12.3", "1.23". */
export function threeDigits(value: number): string {
  const magnitude = Math.abs(value);
  const digits = magnitude >= 99.95 || value === 0 ? 0 : magnitude >= 9.995 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** A label of an axis: "10 ms" instead of "10.0 ms". */
export function trimmed(text: string): string {
  return text.replace(/\.0+(?=\s|$)/, '').replace(/(\.\d*?[1-9])0+(?=\s|$)/, '$1');
}
