import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageFile } from '../../src/config/package-file.ts';
import type { Comparison } from '../compare/result.ts';

/** The recorded comparison, and the files that are made of it. */

export const RECORDED = packageFile('perf/results/comparison.json');
const DOCS = packageFile('docs');
const CHARTS = join(DOCS, 'benchmarks');

/** @throws when nothing is recorded, or it was recorded by another version of the harness */
export function readRecorded(): Comparison {
  const comparison = JSON.parse(readFileSync(RECORDED, 'utf8')) as Comparison;
  const { version }: { version: number } = comparison;
  if (version !== 1)
    throw new Error(`perf/results/comparison.json has version ${version}, 1 is expected: record it anew`);
  return comparison;
}

/** Writes files below docs/ and removes charts that are not among them. */
export function writeFiles(files: ReadonlyMap<string, string>): void {
  mkdirSync(CHARTS, { recursive: true });
  for (const name of readdirSync(CHARTS)) if (!files.has(`benchmarks/${name}`)) rmSync(join(CHARTS, name));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(DOCS, path)), { recursive: true });
    writeFileSync(join(DOCS, path), text);
  }
}

/** The files below docs/ that `benchmarkFiles` makes, as they are now. */
export function writtenFiles(): ReadonlyMap<string, string> {
  const charts = existsSync(CHARTS) ? readdirSync(CHARTS).map((name) => `benchmarks/${name}`) : [];
  return new Map(['benchmarks.md', ...charts.sort()].map((path) => [path, readFileSync(join(DOCS, path), 'utf8')]));
}
