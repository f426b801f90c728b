import { writeFileSync } from 'node:fs';
import { descriptorLimit, descriptorProblem } from '../process/descriptors.ts';
import { htmlReport } from '../report/html.ts';
import { NotLocal } from './local.ts';
import { thisMachine } from './machine.ts';
import type { LoadOptions } from './options.ts';
import { parseLoadOptions } from './options.ts';
import { ClientPool } from './pool.ts';
import { explainProbe, probe } from './probe.ts';
import { Progress } from './progress.ts';
import type { LoadReport, WorkloadResult } from './result.ts';
import { runWorkload } from './runner.ts';
import { resultTable } from './table.ts';
import type { Target } from './target.ts';
import { prepareTarget } from './target.ts';
import { WORKLOADS } from './workloads/index.ts';
import type { Workload } from './workloads/workload.ts';

/** `npm run load`. Exit codes: 0 done, 1 something failed, 2 wrong usage. */

const PROBE_LIMIT_MS = 10_000;
/** A run that does not end by itself a while after its time is ended. */
const OVERTIME_SECONDS = 120;

process.exitCode = await main();

async function main(): Promise<number> {
  const parsed = parseLoadOptions(process.argv.slice(2), process.env);
  if (!parsed.ok) {
    (parsed.code === 0 ? process.stdout : process.stderr).write(parsed.text);
    return parsed.code;
  }
  const { options } = parsed;
  limitTime(options);
  try {
    const target = await prepareTarget(options);
    try {
      return await runAll(options, target);
    } finally {
      await target.close();
    }
  } catch (error) {
    if (error instanceof NotLocal) return fail(error.message, 2);
    return fail(error instanceof Error ? error.message : String(error), 1);
  }
}

async function runAll(options: LoadOptions, target: Target): Promise<number> {
  const [plan] = target.plans;
  if (plan === undefined) return fail('there is no target', 1);
  const workloads = options.workloads.map((name) => WORKLOADS[name](options.settings));
  const tooMany = descriptorProblem(workloads, target.origin !== null, descriptorLimit());
  if (tooMany !== null) return fail(tooMany, 2);
  const first = await probe(plan, PROBE_LIMIT_MS);
  if (!first.ok) return fail(explainProbe(first.stage, first.cause, target.asked.join(', ')), 1);
  const pool = new ClientPool(options.threads);
  const results: WorkloadResult[] = [];
  try {
    for (const workload of workloads) results.push(await runOne(options, target, pool, workload));
  } finally {
    await pool.close();
  }
  const report = reportOf(options, target, results);
  process.stdout.write(resultTable(report));
  if (options.jsonFile !== null) writeFileSync(options.jsonFile, `${JSON.stringify(report, null, 1)}\n`);
  if (options.htmlFile !== null) writeFileSync(options.htmlFile, htmlReport(report));
  const nonsense = (await target.origin?.counts())?.nonsense ?? 0;
  if (nonsense > 0) return fail(`the origin saw ${nonsense} connection(s) with bytes no client had sent`, 1);
  const failed = results.some(
    (result) => result.failures.length > 0 || result.groups.some(({ unfinished }) => unfinished > 0),
  );
  return failed ? 1 : 0;
}

async function runOne(options: LoadOptions, target: Target, pool: ClientPool, workload: Workload) {
  const progress = new Progress(process.stderr, `${workload.name} (${workload.description})`);
  const result = await runWorkload(pool, workload, {
    plans: target.plans,
    seconds: options.settings.seconds,
    warmupSeconds: options.warmupSeconds,
    drainSeconds: options.drainSeconds,
    compare: options.compare,
    pid: target.pid,
    watch: (point) => {
      progress.update(point);
    },
  });
  progress.done();
  return result;
}

function reportOf(options: LoadOptions, target: Target, results: readonly WorkloadResult[]): LoadReport {
  return {
    version: 1,
    date: new Date().toISOString(),
    machine: thisMachine(),
    through: target.through,
    asked: target.asked,
    handshake: options.handshake === 'real' ? 'real TLS' : `canned handshake, ${options.hello} ClientHello`,
    threads: options.threads,
    results,
  };
}

function limitTime({ workloads, settings, warmupSeconds, drainSeconds }: LoadOptions): void {
  const each = settings.seconds + Math.max(warmupSeconds, settings.periodSeconds) + drainSeconds + OVERTIME_SECONDS;
  const timer = setTimeout(
    () => {
      process.stderr.write('the load test did not end by itself and is ended now\n');
      process.exit(1);
    },
    workloads.length * each * 1_000,
  );
  timer.unref();
}

function fail(text: string, code: number): number {
  process.stderr.write(`load: ${text}\n`);
  return code;
}
