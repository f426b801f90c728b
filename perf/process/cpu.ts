import { readdirSync } from 'node:fs';
import type { ProcessEntry } from './tree.ts';
import { processTree, readText } from './tree.ts';

/**
 * Processor time of a process tree, user and kernel mode. The scheduler's own clock (/proc/PID/task/TID/schedstat, in
 * nanoseconds) is used as long as no thread comes or goes; otherwise /proc/PID/stat, which counts whole ticks of 10 ms but
 * keeps the time of threads that have ended.
 */

const TICKS_PER_SECOND = 100;
const NS_PER_SECOND = 1e9;

export interface CpuSample {
  readonly processes: ReadonlyMap<number, ProcessTime>;
}

interface ProcessTime {
  readonly tickSeconds: number;
  readonly reapedSeconds: number;
  /** Null where the kernel has no such clock. */
  readonly schedulerSeconds: number | null;
  readonly threads: string;
}

export function sampleCpu(root: number): CpuSample {
  return { processes: new Map(processTree(root).map((entry) => [entry.pid, timeOf(entry)])) };
}

/** Seconds of processor time that went by between two samples. Time of processes that ended unseen in between is lost. */
export function cpuSecondsBetween(before: CpuSample, after: CpuSample): number {
  let sum = 0;
  for (const [pid, now] of after.processes) {
    const then = before.processes.get(pid);
    sum += then === undefined ? now.tickSeconds + now.reapedSeconds : between(then, now);
  }
  return sum;
}

function between(then: ProcessTime, now: ProcessTime): number {
  const reaped = now.reapedSeconds - then.reapedSeconds;
  const sameThreads = then.threads === now.threads;
  const exact = sameThreads && then.schedulerSeconds !== null && now.schedulerSeconds !== null;
  return reaped + (exact ? now.schedulerSeconds - then.schedulerSeconds : now.tickSeconds - then.tickSeconds);
}

function timeOf({ pid, ownTicks, reapedTicks }: ProcessEntry): ProcessTime {
  const threads = threadsOf(pid);
  const times = threads.map((thread) => readText(`/proc/${pid}/task/${thread}/schedstat`));
  const known = times.length > 0 && times.every((text) => text !== '');
  const ns = times.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0);
  return {
    tickSeconds: ownTicks / TICKS_PER_SECOND,
    reapedSeconds: reapedTicks / TICKS_PER_SECOND,
    schedulerSeconds: known ? ns / NS_PER_SECOND : null,
    threads: threads.join(' '),
  };
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).sort();
  } catch {
    return [];
  }
}
