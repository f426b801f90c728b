import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { BenchOptions } from 'tinybench';
import { benchNames, loadBench } from './support/discover.ts';
import { benchRows, benchTable } from './support/table.ts';
import type { BenchRow } from './support/table.ts';

/** `npm run bench [-- NAME…]`: runs the benchmarks whose names hold one of the words, all of them without words. */

const USAGE = `npm run bench [-- NAME...] [--list] [--smoke] [--json FILE]
  NAME     part of the name of a benchmark; all without one
  --list   print the names
  --smoke  run each task only for a moment: shows that it works, not how fast
  --json   write the results into FILE
`;

/** Long enough that the fastest task has some 10,000 samples and the slowest some hundred. */
const MEASURE: BenchOptions = { time: 1_000, warmupTime: 300 };
const SMOKE: BenchOptions = { time: 5, iterations: 1, warmupTime: 1, warmupIterations: 1 };

const problem = await main();
if (problem !== null) process.stderr.write(`${problem}\n${USAGE}`);
process.exitCode = problem === null ? 0 : 2;

/** @returns what was wrong with the arguments, or null */
async function main(): Promise<string | null> {
  const parsed = readArguments();
  if (typeof parsed === 'string') return parsed;
  const { values, positionals } = parsed;
  if (values.help === true) process.stdout.write(USAGE);
  if (values.help === true) return null;
  const names = benchNames(positionals);
  if (names.length === 0) return `no benchmark is called like ${positionals.join(' or ')}; there are: ${allNames()}`;
  if (values.list === true) process.stdout.write(`${names.join('\n')}\n`);
  if (values.list === true) return null;
  const results: Record<string, BenchRow[]> = {};
  process.stdout.write(`Node ${process.version} on ${process.platform} ${process.arch}\n`);
  for (const name of names) results[name] = await runOne(name, values.smoke === true ? SMOKE : MEASURE);
  if (values.json !== undefined) {
    const report = { node: process.version, smoke: values.smoke === true, results };
    writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  return null;
}

async function runOne(name: string, options: BenchOptions): Promise<BenchRow[]> {
  const file = await loadBench(name);
  const bench = await file.createBench(options);
  if (bench.tasks.length === 0) throw new Error(`bench/${name}.bench.ts has no task`);
  process.stdout.write(`\n${name}: ${bench.name ?? ''}\n`);
  await bench.run();
  const rows = benchRows(bench, file.operationsPerCall ?? 1);
  process.stdout.write(benchTable(rows));
  return rows;
}

function allNames(): string {
  return benchNames([]).join(', ');
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        list: { type: 'boolean' },
        smoke: { type: 'boolean' },
        json: { type: 'string' },
      },
    });
  } catch (error) {
    return (error as Error).message;
  }
}
