import { spawnSync } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { columns } from '../load/columns.ts';
import { compare } from './compare.ts';
import { figureTable } from './figures.ts';
import { MEASURES } from './measures.ts';
import type { CompareOptions } from './options.ts';
import { parseCompareOptions } from './options.ts';
import { allPeers } from './peers/index.ts';
import { endPeersWithUs } from './process.ts';
import type { Comparison } from './result.ts';
import { disturbedRuns } from './summary.ts';

/** `npm run compare`. Exit codes: 0 done, 1 failed, 2 wrong usage. */

process.exitCode = await main();

async function main(): Promise<number> {
  const parsed = parseCompareOptions(process.argv.slice(2));
  if (!parsed.ok) {
    (parsed.code === 0 ? process.stdout : process.stderr).write(parsed.text);
    return parsed.code;
  }
  const { options } = parsed;
  if (options.list) {
    for (const { key, label, broughtBy } of allPeers(options.node))
      process.stdout.write(`${key}: ${label} (${broughtBy})\n`);
    return 0;
  }
  const problem = await prepare(options);
  if (problem !== null) {
    process.stderr.write(`compare: ${problem}\n`);
    return 1;
  }
  endPeersWithUs();
  const peers = allPeers(options.node).filter(({ key }) => chosen(options, key));
  const say = (text: string): void => {
    process.stderr.write(`${text}\n`);
  };
  const comparison = await compare({ peers, measures: options.measures, settings: options.settings, say });
  if (options.jsonFile !== null) {
    mkdirSync(dirname(options.jsonFile), { recursive: true });
    writeFileSync(options.jsonFile, `${JSON.stringify(comparison, null, 1)}\n`);
  }
  process.stdout.write(comparisonText(comparison, options));
  return comparison.runs.length > 0 ? 0 : 1;
}

function chosen({ only, skip }: CompareOptions, key: string): boolean {
  return (only.length === 0 || only.includes(key)) && !skip.includes(key);
}

/** Pins this process, and so its threads, to the load's processor. @returns what is in the way, or null */
async function prepare({ settings }: CompareOptions): Promise<string | null> {
  if (process.platform !== 'linux') return 'needs Linux: processes are pinned with taskset and measured in /proc';
  if (availableParallelism() < 2) return 'needs two processors: one for the proxy, one for the load';
  const pinned = spawnSync('taskset', ['-a', '-c', '-p', String(settings.loadCpu), String(process.pid)]);
  if (pinned.error !== undefined || pinned.status !== 0) return 'taskset does not work (Debian package util-linux)';
  const addresses = await lookup(settings.host, { all: true }).catch(() => []);
  if (addresses.every(({ address }) => address !== '127.0.0.1')) {
    return `${settings.host} must stand for 127.0.0.1 in /etc/hosts: tinyproxy and Apache ask the system`;
  }
  return null;
}

function comparisonText(comparison: Comparison, { measures }: CompareOptions): string {
  const parts = MEASURES.filter(({ key }) => measures.includes(key)).map((measure) => {
    const { head, rows } = figureTable(comparison, measure);
    return `${measure.title}\n${columns([head, ...rows])}\n`;
  });
  const { rounds, seconds } = comparison.settings;
  const explanation =
    `Medians of ${rounds} round(s) of ${seconds} s. "× ours": divided by the first gateway of the same round. "±": half the range\n` +
    'of the cost. "busy": the share of its processor the proxy used. "load": the same for load generator and origin; near\n' +
    '100 % they set the rate, and only the cost can be compared.\n';
  const missing = comparison.missing.map(
    ({ label, why, broughtBy }) => `Not compared: ${label}: ${why} (comes with: ${broughtBy})\n`,
  );
  const disturbed = disturbedRuns(comparison);
  const warning =
    disturbed === 0 ? '' : `DISTURBED: other programs took part in ${disturbed} of ${comparison.runs.length} runs.\n`;
  return [...parts, explanation, warning + missing.join('')].join('\n');
}
