import { InvalidArgumentError } from 'commander';

/** Numbers on the command line: strict, with bounds, refused with a sentence that says what would be right. */

const LARGEST_BYTES = 2 ** 34;

/** Reads a whole number within bounds. */
export function integer(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`a whole number from ${least} to ${most} is expected.`);
  };
}

/** Reads seconds, with up to three decimals. */
export function seconds(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`seconds from ${least} to ${most} are expected.`);
  };
}

/** Reads operations per second. */
export function rate(text: string): number {
  const value = /^\d{1,7}(\.\d{1,3})?$/.test(text) ? Number(text) : NaN;
  if (value > 0) return value;
  throw new InvalidArgumentError('a number of operations per second above 0 is expected.');
}

const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Reads a size like 512, 200k or 16m. */
export function bytes(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,12})([kmg]?)$/i.exec(text) ?? [];
  const value = digits === '' ? NaN : Number(digits) * (FACTORS[unit.toLowerCase()] ?? NaN);
  if (value >= 1 && value <= LARGEST_BYTES) return value;
  throw new InvalidArgumentError('a number of bytes like 512, 200k or 16m is expected, at most 16g.');
}
