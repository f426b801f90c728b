import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from '../../src/config/package-file.ts';
import type { BenchFile } from './bench-file.ts';

/** Finds the benchmarks: every `bench/NAME.bench.ts`, by file name, so that a new one needs no registration. */

const SUFFIX = '.bench.ts';

/**
 * Names of the benchmarks that fit, sorted.
 * @param wanted parts of names; a benchmark fits when its name holds one of them, and all fit when there are none
 */
export function benchNames(wanted: readonly string[]): string[] {
  return readdirSync(packageFile('bench'))
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
    .sort();
}

/** Loads the compiled benchmark. @throws when it does not export `createBench`, or is not built yet */
export async function loadBench(name: string): Promise<BenchFile> {
  const path = packageFile(join('dist', 'bench', `${name}.bench.js`));
  if (!existsSync(path)) throw new Error(`bench/${name}${SUFFIX} is not built: npm run build`);
  const file = (await import(path)) as Partial<BenchFile>;
  if (typeof file.createBench !== 'function') throw new Error(`bench/${name}${SUFFIX} does not export createBench`);
  return file as BenchFile;
}
