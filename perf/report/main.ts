import { spawnSync } from 'node:child_process';
import { packageFile } from '../../src/config/package-file.ts';
import { benchmarkFiles } from './benchmarks-page.ts';
import { RECORDED, readRecorded, writeFiles } from './recorded.ts';

/** `npm run benchmarks`: writes docs/benchmarks.md from the recorded comparison; with `--record` records it first. */

const USAGE = `npm run benchmarks                            writes docs/benchmarks.md from perf/results/comparison.json
npm run benchmarks -- --record [OPTION...]    records it first; options are those of npm run compare
`;

process.exitCode = main(process.argv.slice(2));

function main([first, ...rest]: readonly string[]): number {
  if (first !== undefined && first !== '--record') {
    process.stderr.write(USAGE);
    return first === '--help' ? 0 : 2;
  }
  if (first === '--record') {
    const args = [packageFile('dist/perf/compare/main.js'), ...rest, '--json', RECORDED];
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
    if (status !== 0) return status ?? 1;
  }
  writeFiles(benchmarkFiles(readRecorded()));
  process.stdout.write('written: docs/benchmarks.md and docs/benchmarks/\n');
  return 0;
}
