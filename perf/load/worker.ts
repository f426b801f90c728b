import { FailureCounts } from './causes.ts';
import { Client } from './client.ts';
import { countersOf } from './counters.ts';
import { GroupRun } from './group-run.ts';
import type { ThreadResult, ThreadTask } from './messages.ts';
import { Schedule, ownAgents } from './schedule.ts';
import { StartLine } from './start-line.ts';
import type { TunnelPlan } from './tunnel.ts';
import { revivedPlan } from './tunnel.ts';
import type { Group } from './workloads/workload.ts';

/** One client thread: runs its share of a workload from the common start to the common end. */

/** How often the thread looks whether something is due at the latest, and at the earliest. */
const TICK_MS = 20;
const SHORTEST_TICK_MS = 1;
/** Held tunnels that are being opened at the same time, in each thread. */
const OPENING_LIMIT = 64;

/** Called by the pool. */
export async function runThread(task: ThreadTask): Promise<ThreadResult> {
  const startLine = new StartLine(task.startLine);
  const startMs = startLine.wait();
  const measureFromMs = startMs + task.warmupMs;
  const measureToMs = measureFromMs + task.measureMs;
  const clock = { now: () => performance.now(), measureFromMs, measureToMs };
  const failures = new FailureCounts();
  const counters = countersOf(task.counters, task.thread);
  const plans = task.plans.map(revivedPlan);
  const members = task.groups.map((group) => {
    const run = new GroupRun(group, task.compare, clock, counters, failures);
    return new Members(group, run, { ...task, plans }, startMs);
  });
  await until(() => {
    const nowMs = performance.now();
    if (nowMs >= measureToMs || startLine.stopped) return null;
    return Math.min(...members.map((each) => each.tick(nowMs, measureToMs))) - nowMs;
  });
  for (const each of members) each.end(measureToMs);
  const drainToMs = performance.now() + task.drainMs;
  await until(() => (members.some((each) => each.isBusy) && performance.now() < drainToMs ? TICK_MS : null));
  for (const each of members) each.finish();
  return { groups: members.map((each) => each.run.result()), failures: failures.list() };
}

/** Calls `tick` until it answers null; its answer is when to call it again, in milliseconds. */
function until(tick: () => number | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const again = (): void => {
      try {
        const waitMs = tick();
        if (waitMs === null) resolve();
        else setTimeout(again, Math.min(TICK_MS, Math.max(SHORTEST_TICK_MS, waitMs)));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    again();
  });
}

/** The clients of one group in this thread. */
class Members {
  readonly run: GroupRun;
  readonly #clients: readonly Client[];
  readonly #schedule: Schedule | null;
  readonly #startMs: number;
  readonly #openingLimit: number;
  #started = 0;

  constructor(group: Group, run: GroupRun, task: ThreadTask, startMs: number) {
    this.run = run;
    const { thread, threads, plans } = task;
    const count = ownAgents(group.clients, thread, threads);
    this.#clients = Array.from(
      { length: count },
      (_, index) => new Client(run, planOf(plans, thread + index * threads)),
    );
    const pace = group.pace === null ? null : { ...group.pace, agents: group.clients };
    this.#schedule = pace === null ? null : new Schedule(pace, thread, threads);
    this.#startMs = startMs;
    this.#openingLimit = group.action === 'hold' ? OPENING_LIMIT : Infinity;
  }

  /** Begins what is due. @returns when to look again */
  tick(nowMs: number, endMs: number): number {
    if (nowMs < this.#startMs) return this.#startMs;
    return this.#schedule === null ? this.#startLoops() : this.#beginDue(this.#schedule, nowMs, endMs);
  }

  /** No new operation begins; what fell due before the end and was not noticed yet still counts. */
  end(measureToMs: number): void {
    if (this.#schedule !== null && performance.now() >= measureToMs)
      this.#beginDue(this.#schedule, measureToMs, measureToMs);
    this.run.end();
  }

  get isBusy(): boolean {
    return this.#clients.some((client) => client.isBusy);
  }

  finish(): void {
    for (const client of this.#clients) client.finish();
  }

  #beginDue(schedule: Schedule, nowMs: number, endMs: number): number {
    let dueMs = this.#startMs + schedule.dueMs;
    while (dueMs <= nowMs && dueMs < endMs) {
      this.#clients[schedule.agent]?.due(dueMs);
      schedule.advance();
      dueMs = this.#startMs + schedule.dueMs;
    }
    return dueMs;
  }

  #startLoops(): number {
    const { run } = this;
    while (this.#started < this.#clients.length) {
      if (this.#started - run.tunnelsUp - run.failures >= this.#openingLimit) return 0;
      this.#clients[this.#started]?.start();
      this.#started += 1;
    }
    return Infinity;
  }
}

function planOf(plans: readonly TunnelPlan[], index: number): TunnelPlan {
  const plan = plans[index % plans.length];
  if (plan === undefined) throw new Error('no target');
  return plan;
}
