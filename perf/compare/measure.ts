import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientPool } from '../load/pool.ts';
import type { ProbeResult } from '../load/probe.ts';
import { probe } from '../load/probe.ts';
import type { WorkloadResult } from '../load/result.ts';
import { runWorkload } from '../load/runner.ts';
import { connectRequest } from '../load/target.ts';
import type { TunnelPlan } from '../load/tunnel.ts';
import { cannedClientFinish, cannedClientHello, cannedServerFlight } from '../wire/handshake.ts';
import { busySeconds } from '../process/processors.ts';
import type { Measure } from './measures.ts';
import { warmUpWorkload } from './measures.ts';
import type { Peer } from './peers/peer.ts';
import type { Place } from './process.ts';
import { PeerProcess } from './process.ts';
import type { ComparisonSettings, PeerFacts, Run } from './result.ts';

/** Measures one peer. */

const PROBE_LIMIT_MS = 5_000;
/** How many runs long an instance is warmed up. */
const WARM_UP_RUNS = 4;
const SETTLE_LIMIT_MS = 6_000;
const DRAIN_SECONDS = 3;
const IDLE_SECONDS = 1;
const IDLE_WARM_UP_SECONDS = 0.5;

export interface Site {
  readonly place: Place;
  readonly settings: ComparisonSettings;
  readonly pool: ClientPool;
}

/** How clients reach the origin through a peer that listens on `port`. */
export function planFor(peer: Peer, port: number, { host, originPort }: Place, serverName = host): TunnelPlan {
  return {
    host: '127.0.0.1',
    port,
    request: peer.isDirect ? null : connectRequest(`${host}:${originPort}`, null),
    handshake: {
      kind: 'canned',
      hello: cannedClientHello(serverName, 'small'),
      flight: cannedServerFlight(),
      finish: cannedClientFinish(),
    },
  };
}

/** Sees whether it lets the origin through and nothing else. @throws when it does not let the origin through */
export async function inspect(peer: Peer, port: number, place: Place, otherPort: number) {
  const allowed = await probeUntilOpen(planFor(peer, port, place));
  if (!allowed.ok) throw new Error(`no tunnel through it: failed at ${allowed.stage}: ${allowed.cause}`);
  const otherPlan = planFor(peer, port, { ...place, originPort: otherPort });
  const otherName = await probe(planFor(peer, port, place, 'another-name.example'), PROBE_LIMIT_MS);
  const refusesOtherDestination = peer.isDirect ? null : !(await probe(otherPlan, PROBE_LIMIT_MS)).ok;
  return { refusesOtherDestination, refusesOtherName: !otherName.ok } satisfies Partial<PeerFacts>;
}

/** Some programs listen before they have read everything they need. */
async function probeUntilOpen(plan: TunnelPlan): Promise<ProbeResult> {
  const endMs = performance.now() + SETTLE_LIMIT_MS;
  for (;;) {
    const result = await probe(plan, PROBE_LIMIT_MS);
    if (result.ok || performance.now() > endMs) return result;
    await sleep(250);
  }
}

/** Before the first round, so that code is compiled and buffers are there. */
export async function warmUp(peer: Peer, running: PeerProcess, { place, pool, settings }: Site): Promise<void> {
  const plans = [planFor(peer, running.port, place)];
  const common = { plans, warmupSeconds: 0, drainSeconds: DRAIN_SECONDS, compare: false, pid: null };
  await runWorkload(pool, warmUpWorkload(), { ...common, seconds: WARM_UP_RUNS * settings.seconds });
}

/** @param running the instance that is measured; a fresh one is started for idle tunnels */
export function measurePeer(
  peer: Peer,
  running: PeerProcess,
  measure: Measure,
  round: number,
  site: Site,
): Promise<Run> {
  return measure.key === 'idle'
    ? measureIdle(peer, measure, round, site)
    : measureRunning(peer, running, measure, round, site);
}

async function measureRunning(
  peer: Peer,
  running: PeerProcess,
  measure: Measure,
  round: number,
  site: Site,
): Promise<Run> {
  running.thaw();
  try {
    const { seconds, warmupSeconds } = site.settings;
    const settings = { seconds, warmupSeconds, drainSeconds: DRAIN_SECONDS, compare: false, pid: running.pid };
    const plans = [planFor(peer, running.port, site.place)];
    const processors = [site.settings.proxyCpu, site.settings.loadCpu];
    const before = busySeconds(processors);
    const beganMs = performance.now();
    const result = await runWorkload(site.pool, measure.workload(site.settings), { ...settings, plans });
    const others = othersShare(busySeconds(processors) - before, (performance.now() - beganMs) / 1_000, result);
    return runOf(peer, measure, round, result, others);
  } finally {
    running.freeze();
  }
}

/** A program that has worked before has memory to spare for idle tunnels; so these get a fresh instance. */
async function measureIdle(peer: Peer, measure: Measure, round: number, site: Site): Promise<Run> {
  const fresh = await PeerProcess.start(peer, site.place);
  try {
    const plans = [planFor(peer, fresh.port, site.place)];
    const common = { plans, drainSeconds: DRAIN_SECONDS, compare: false, pid: fresh.pid };
    await runWorkload(site.pool, warmUpWorkload(), { ...common, seconds: IDLE_WARM_UP_SECONDS, warmupSeconds: 0 });
    const workload = measure.workload(site.settings);
    const result = await runWorkload(site.pool, workload, { ...common, seconds: IDLE_SECONDS, warmupSeconds: 0 });
    return runOf(peer, measure, round, result, 0);
  } finally {
    await fresh.stop();
  }
}

/**
 * How much of both processors went to programs that have nothing to do with the run. Proxy and load work as hard in the
 * warm-up as while it is measured, so their shares hold for the whole time.
 */
function othersShare(busy: number, wallSeconds: number, { proxy, loadCpuSeconds, seconds }: WorkloadResult): number {
  const own = ((proxy?.cpuSeconds ?? 0) + loadCpuSeconds) / seconds;
  return Math.max(0, (busy / wallSeconds - own) / 2);
}

function runOf(peer: Peer, measure: Measure, round: number, result: WorkloadResult, others: number): Run {
  const { counts, seconds, proxy, groups } = result;
  const latency = groups[0]?.latency;
  const failures = result.failures.reduce((sum, failure) => sum + failure.count, 0);
  return {
    peer: peer.key,
    measure: measure.key,
    round,
    rate: measure.key === 'idle' ? counts.open : counts.done / seconds,
    bytesPerSecond: (counts.bytesUp + counts.bytesDown) / seconds,
    cost: costOf(measure, result),
    p50Us: latency?.p50 ?? 0,
    p99Us: latency?.p99 ?? 0,
    busy: (proxy?.cpuSeconds ?? 0) / seconds,
    loadBusy: result.loadCpuSeconds / seconds,
    others,
    failures: failures + groups.reduce((sum, group) => sum + group.unfinished, 0),
  };
}

function costOf({ cost }: Measure, { proxy }: WorkloadResult): number | null {
  if (proxy === null) return null;
  switch (cost) {
    case 'us-per-operation':
      return proxy.cpuUsPerOperation;
    case 'seconds-per-gb':
      return proxy.cpuSecondsPerGb;
    case 'kib-per-tunnel':
      return proxy.memory.rssPerTunnel === null ? null : proxy.memory.rssPerTunnel / 1024;
  }
}
