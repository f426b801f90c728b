import { setTimeout as sleep } from 'node:timers/promises';
import type { CpuSample } from '../process/cpu.ts';
import { cpuSecondsBetween, sampleCpu } from '../process/cpu.ts';
import type { MemorySample } from '../process/memory.ts';
import { sampleMemory } from '../process/memory.ts';
import { FailureCounts } from './causes.ts';
import type { CounterValues } from './counters.ts';
import { LatencyHistogram } from './histogram.ts';
import type { GroupResult, ThreadResult } from './messages.ts';
import type { ClientPool, PoolRun } from './pool.ts';
import type { GroupSummary, ProxyCost, TimelinePoint, WorkloadResult } from './result.ts';
import { Timeline, difference } from './timeline.ts';
import type { TunnelPlan } from './tunnel.ts';
import type { Workload } from './workloads/workload.ts';

/** Runs one workload: starts the clients, looks at the counters while they work, and puts the results together. */

export interface RunSettings {
  readonly plans: readonly TunnelPlan[];
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly drainSeconds: number;
  readonly compare: boolean;
  /** The proxy's first process, or null. */
  readonly pid: number | null;
  /** Told several times a second while it runs. */
  readonly watch?: (point: TimelinePoint) => void;
}

/** How often counters are looked at: some hundred points a run, and no more than five a second. */
const LOOK_LEAST_MS = 200;
const LOOKS = 240;
/** Idle tunnels that have not come up within this time are not waited for. */
const OPEN_LIMIT_MS = 60_000;
const STALL_MS = 5_000;
/** Between the last tunnel and the first look at the memory. */
const SETTLE_MS = 500;

interface Look {
  readonly ms: number;
  readonly counters: CounterValues;
  readonly proxy: CpuSample | null;
  readonly load: NodeJS.CpuUsage;
}

export async function runWorkload(
  pool: ClientPool,
  workload: Workload,
  settings: RunSettings,
): Promise<WorkloadResult> {
  const isIdle = workload.groups.some((group) => group.action === 'hold');
  const memoryBefore = settings.pid === null ? null : sampleMemory(settings.pid);
  const measureMs = settings.seconds * 1_000;
  const run = await pool.start({
    plans: settings.plans,
    groups: workload.groups,
    compare: settings.compare,
    warmupMs: isIdle ? 0 : warmupOf(workload, settings) * 1_000,
    measureMs: isIdle ? OPEN_LIMIT_MS + measureMs : measureMs,
    drainMs: settings.drainSeconds * 1_000,
  });
  const warmupMs = isIdle ? 0 : warmupOf(workload, settings) * 1_000;
  const watch = new Watch(run, settings, run.startMs + warmupMs, measureMs);
  if (isIdle) await watch.untilOpen(workload.groups.reduce((sum, group) => sum + group.clients, 0));
  else await watch.until(run.startMs + warmupMs);
  const from = watch.look();
  await watch.until(isIdle ? from.ms + measureMs : run.startMs + warmupMs + measureMs);
  const to = watch.look();
  const memoryAfter = settings.pid === null ? null : sampleMemory(settings.pid);
  run.stop();
  const threads = await run.results;
  const counts = { ...difference(from.counters, to.counters) };
  // Idle tunnels are opened before the time that is measured; what counts is how many there are.
  if (isIdle) counts.done = to.counters.open;
  return {
    workload: workload.name,
    description: workload.description,
    unit: workload.unit,
    seconds: (to.ms - from.ms) / 1_000,
    counts,
    groups: mergeGroups(threads),
    failures: mergeFailures(threads),
    timeline: watch.timeline.points,
    proxy: proxyCost(from, to, counts, memoryBefore, memoryAfter, isIdle),
    loadCpuSeconds: (to.load.user + to.load.system - from.load.user - from.load.system) / 1e6,
  };
}

/** Agents that keep their tunnels open them in their first period: that belongs to the warm-up. */
function warmupOf(workload: Workload, { warmupSeconds }: RunSettings): number {
  const kept = workload.groups.filter((group) => group.tunnel === 'kept' && group.pace !== null);
  return Math.max(warmupSeconds, ...kept.map((group) => (group.pace?.periodMs ?? 0) / 1_000));
}

/** Looks at the counters at steady intervals while a run goes on. */
class Watch {
  readonly timeline: Timeline;
  readonly #run: PoolRun;
  readonly #settings: RunSettings;
  readonly #zeroMs: number;
  readonly #everyMs: number;

  /** @param zeroMs what the time axis counts from */
  constructor(run: PoolRun, settings: RunSettings, zeroMs: number, measureMs: number) {
    this.#run = run;
    this.#settings = settings;
    this.#zeroMs = zeroMs;
    this.#everyMs = Math.max(LOOK_LEAST_MS, measureMs / LOOKS);
    this.timeline = new Timeline(run.startMs, run.counters());
  }

  look(): Look {
    const { pid } = this.#settings;
    const proxy = pid === null ? null : sampleCpu(pid);
    return { ms: performance.now(), counters: this.#run.counters(), proxy, load: process.cpuUsage() };
  }

  async until(endMs: number): Promise<void> {
    for (let nowMs = performance.now(); nowMs < endMs; nowMs = performance.now()) {
      await sleep(Math.max(1, Math.min(this.#everyMs, endMs - nowMs)));
      this.#note();
    }
  }

  /** Until so many tunnels are open, or no more come up. */
  async untilOpen(wanted: number): Promise<void> {
    const endMs = performance.now() + OPEN_LIMIT_MS;
    let most = 0;
    let grownMs = performance.now();
    while (performance.now() < endMs && performance.now() - grownMs < STALL_MS) {
      const { open } = this.#note();
      if (open > most) grownMs = performance.now();
      most = Math.max(most, open);
      if (open >= wanted) break;
      await sleep(this.#everyMs);
    }
    await sleep(SETTLE_MS);
  }

  #note(): CounterValues {
    const counters = this.#run.counters();
    const nowMs = performance.now();
    this.timeline.add(nowMs, (nowMs - this.#zeroMs) / 1_000, counters);
    const point = this.timeline.points.at(-1);
    if (point !== undefined) this.#settings.watch?.(point);
    return counters;
  }
}

function mergeGroups(threads: readonly ThreadResult[]): GroupSummary[] {
  return (threads[0]?.groups ?? []).map((_, index) => {
    const parts = threads.map((thread) => thread.groups[index]).filter((group) => group !== undefined);
    const merged = (field: 'latency' | 'setUp' | 'lag'): LatencyHistogram =>
      LatencyHistogram.merge(parts.map((part) => LatencyHistogram.decode(part[field])));
    const latency = merged('latency');
    const lag = merged('lag');
    return {
      name: parts[0]?.name ?? '',
      begun: sum(parts, 'begun'),
      unfinished: sum(parts, 'unfinished'),
      latency: latency.summary(),
      curve: latency.curve(),
      setUp: merged('setUp').summary(),
      lag: lag.count === 0 ? null : lag.summary(),
      histogram: latency.encode(),
    };
  });
}

function sum(parts: readonly GroupResult[], field: 'begun' | 'unfinished'): number {
  return parts.reduce((total, part) => total + part[field], 0);
}

function mergeFailures(threads: readonly ThreadResult[]): ReturnType<FailureCounts['list']> {
  const all = new FailureCounts();
  for (const { stage, cause, count } of threads.flatMap((thread) => thread.failures)) all.add(stage, cause, count);
  return all.list();
}

const GB = 1e9;
const LEAST_BYTES_FOR_COST = 1e6;

function proxyCost(
  from: Look,
  to: Look,
  counts: CounterValues,
  before: MemorySample | null,
  after: MemorySample | null,
  isIdle: boolean,
): ProxyCost | null {
  if (from.proxy === null || to.proxy === null || before === null || after === null) return null;
  const cpuSeconds = cpuSecondsBetween(from.proxy, to.proxy);
  const bytes = counts.bytesUp + counts.bytesDown;
  const perTunnel = (grown: number): number | null => (isIdle && counts.open > 0 ? grown / counts.open : null);
  return {
    cpuSeconds,
    cpuUsPerOperation: isIdle || counts.done === 0 ? null : (cpuSeconds * 1e6) / counts.done,
    cpuSecondsPerGb: bytes < LEAST_BYTES_FOR_COST ? null : cpuSeconds / (bytes / GB),
    memory: {
      rssBefore: before.rss,
      rssAfter: after.rss,
      pssBefore: before.pss,
      pssAfter: after.pss,
      rssPerTunnel: perTunnel(after.rss - before.rss),
      pssPerTunnel: perTunnel(after.pss - before.pss),
    },
  };
}
