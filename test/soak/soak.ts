import type { Socket } from 'node:net';
import { freePort, startGateway } from '../support/gateway.ts';
import { descriptors, openSockets, residentBytes } from '../support/process-facts.ts';
import { startRawOrigin } from '../support/raw-tunnel.ts';
import { EventCounts } from './event-counts.ts';
import { obeyOrders } from './origin.ts';
import { WrongByte } from './pattern.ts';
import type { Scenario, Stage } from './scenarios.ts';
import { SCENARIOS, between, pause } from './scenarios.ts';
import { Trouble } from './trouble.ts';

/**
 * A whole gateway under everything that clients and origins do, for as long as wanted. Afterwards nothing may be left: no
 * open socket, no memory, no tunnel without its closing event; and no byte may have been wrong on the way.
 */

export interface SoakOptions {
  readonly engine: 'linux' | 'portable';
  readonly seconds: number;
  /** Clients at a time. */
  readonly clients: number;
  /** Seconds between two faults of the gateway itself, see `Trouble`; none unless told. */
  readonly faultEvery?: number;
  /** Told every ten seconds how far it is. */
  readonly progress?: (line: string) => void;
}

export interface SoakResult {
  readonly engine: string;
  readonly seconds: number;
  /** Scenarios played to their end, by name. */
  readonly played: Readonly<Record<string, number>>;
  /** Faults of the gateway that it got over, by name. */
  readonly faults: Readonly<Record<string, number>>;
  /** Scenarios that a fault cut short. */
  readonly disturbed: number;
  readonly comparedBytes: number;
  /** Sockets of all workers before the first client and behind the last. */
  readonly socketsBefore: number;
  readonly socketsAfter: number;
  /** Descriptors of the primary, at the same moments. */
  readonly primaryBefore: number;
  readonly primaryAfter: number;
  /** Resident bytes of the primary and all workers: medians of the second and of the last part, see `PARTS`. */
  readonly residentEarly: number;
  readonly residentLate: number;
  /** Tunnels accepted by the policy, closing events, and tunnels that died with their worker. */
  readonly verified: number;
  readonly closed: number;
  readonly cut: number;
  /** See `Stage.earlyEnds`. */
  readonly earlyEnds: number;
  /** What was not as it has to be; empty when the soak has passed. */
  readonly failures: readonly string[];
}

const SCENARIO_LIMIT_MS = 60_000;
const SETTLE_LIMIT_MS = 15_000;
const SAMPLE_MS = 1_000;
/** Longest part of a run whose memory is compared; a short run has a quarter of itself. */
const PART_SECONDS = 60;
const PARTS = 4;
/** What a heap may grow by between two parts without being a leak: a leak of one tunnel in a hundred shows. */
const FLAT_FACTOR = 1.15;
const FLAT_BYTES = 32 * 1024 * 1024;
const FAILURES_KEPT = 20;
const WORKERS = 2;
/** Of so many resets at most one may look like an end on the engine that tells them apart, see `Stage.earlyEnds`. */
const EARLY_ENDS = 1 / 200;

export async function soak(options: SoakOptions): Promise<SoakResult> {
  const failures: string[] = [];
  const fail = (what: string): void => {
    if (failures.length < FAILURES_KEPT) failures.push(what);
  };
  const origin = await startRawOrigin((socket) => {
    origin.sockets.length = 0;
    obey(socket);
  });
  const unlessTroubled = (what: string): void => {
    if (!trouble.excuses(performance.now())) fail(what);
  };
  const obey = obeyOrders({ wrong: fail, short: unlessTroubled, endedEarly: () => (stage.earlyEnds += 1) });
  const [closedPort, adminPort] = [await freePort(), await freePort()];
  const log = new EventCounts(unlessTroubled);
  const gateway = await startGateway(
    {
      engine: options.engine,
      workers: WORKERS,
      admin: { host: '127.0.0.1', port: adminPort },
      allowedHosts: ['origin.test'],
      allowedPorts: [origin.port, closedPort],
      dns: { hosts: { 'origin.test': '127.0.0.1' } },
      addressGuard: { allow: ['127.0.0.0/8'] },
      timeouts: { halfClosed: 20, drain: 5 },
    },
    {},
    { keeps: (event) => log.take(event) },
  );
  const stage: Stage = {
    port: gateway.port,
    destination: `origin.test:${origin.port}`,
    closedPort: `origin.test:${closedPort}`,
    earlyEnds: 0,
    compared: 0,
  };
  const trouble = new Trouble(gateway, `http://127.0.0.1:${adminPort}`, WORKERS);
  const sockets = (): number => gateway.workerPids().reduce((sum, pid) => sum + openSockets(pid), 0);
  const socketsBefore = sockets();
  const primaryBefore = descriptors(gateway.pid).length;
  const samples: number[] = [];
  const sampler = setInterval(() => {
    samples.push([gateway.pid, ...gateway.workerPids()].reduce((sum, pid) => sum + residentBytes(pid), 0));
  }, SAMPLE_MS);
  const played: Record<string, number> = {};
  const untilMs = performance.now() + options.seconds * 1000;
  const teller = setInterval(() => {
    const count = Object.values(played).reduce((sum, each) => sum + each, 0);
    const megabytes = Math.round(stage.compared / 1e6);
    options.progress?.(
      `${count} scenarios, ${megabytes} MB compared, ${sockets()} sockets, ${Math.round((samples.at(-1) ?? 0) / 1e6)} MB resident, ${failures.length} failures`,
    );
  }, 10_000);
  let disturbed = 0;
  const failed = (what: string, error: unknown, sinceMs: number): void => {
    if (!(error instanceof WrongByte) && trouble.excuses(sinceMs)) disturbed += 1;
    else fail(`${what}: ${(error as Error).message}`);
  };
  const clients = Array.from({ length: options.clients }, () => client(stage, untilMs, played, failed));
  const { faultEvery } = options;
  const faults = faultEvery === undefined ? Promise.resolve() : trouble.run(faultEvery * 1000, untilMs);
  await Promise.all([...clients, faults.catch((error: unknown) => fail((error as Error).message))]);
  clearInterval(sampler);
  clearInterval(teller);
  const settledMs = performance.now() + SETTLE_LIMIT_MS;
  while (performance.now() < settledMs && (sockets() > socketsBefore || log.open > 0)) await pause(200);
  const socketsAfter = sockets();
  const primaryAfter = descriptors(gateway.pid).length;
  const code = await gateway.stop();
  await origin.close();

  const part = Math.max(1, Math.min(PART_SECONDS, Math.floor(samples.length / PARTS)));
  const residentEarly = median(samples.slice(part, 2 * part));
  const residentLate = median(samples.slice(-part));
  if (socketsAfter !== socketsBefore) fail(`${socketsAfter} sockets are open, ${socketsBefore} were before`);
  if (primaryAfter > primaryBefore) fail(`the primary has ${primaryAfter} descriptors, ${primaryBefore} before`);
  if (log.open !== 0) fail(`${log.verified} tunnels were verified, ${log.closed} have told their end`);
  if (residentLate > residentEarly * FLAT_FACTOR + FLAT_BYTES) {
    fail(`memory grew from ${residentEarly} to ${residentLate} bytes`);
  }
  const resets = (played['client resets'] ?? 0) + (played['origin resets'] ?? 0);
  const { earlyEnds } = stage;
  // A worker that is killed makes more of them.
  if (options.engine === 'linux' && faultEvery === undefined && earlyEnds > 1 + resets * EARLY_ENDS) {
    fail(`${earlyEnds} of ${resets} resets looked like ends`);
  }
  if (code !== 0) fail(`the gateway ended with ${code}`);
  const comparedBytes = stage.compared;
  const { verified, closed, cut } = log;
  const counts = { verified, closed, cut, earlyEnds, faults: trouble.done, disturbed };
  const { engine, seconds } = options;
  const held = { socketsBefore, socketsAfter, primaryBefore, primaryAfter, residentEarly, residentLate };
  return { engine, seconds, played, comparedBytes, ...held, ...counts, failures };
}

/** One client after the other, with a pause between them. */
async function client(
  stage: Stage,
  untilMs: number,
  played: Record<string, number>,
  failed: (what: string, error: unknown, sinceMs: number) => void,
): Promise<void> {
  await pause(between(0, 1_000));
  while (performance.now() < untilMs) {
    const [name, , scenario] = choose();
    const startedMs = performance.now();
    try {
      await limited(stage, scenario);
      played[name] = (played[name] ?? 0) + 1;
    } catch (error) {
      failed(name, error, startedMs);
    }
    await pause(between(0, 1_500));
  }
}

function choose(): (typeof SCENARIOS)[number] {
  const total = SCENARIOS.reduce((sum, [, weight]) => sum + weight, 0);
  let left = Math.random() * total;
  for (const each of SCENARIOS) {
    left -= each[1];
    if (left < 0) return each;
  }
  return SCENARIOS[0] as (typeof SCENARIOS)[number];
}

async function limited(stage: Stage, scenario: Scenario): Promise<void> {
  const tracked: Socket[] = [];
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    for (const socket of tracked) socket.destroy();
  }, SCENARIO_LIMIT_MS);
  try {
    await scenario(stage, (socket) => {
      tracked.push(socket);
      return socket;
    });
  } catch (error) {
    throw late ? new Error(`stuck for ${SCENARIO_LIMIT_MS} ms`) : error;
  } finally {
    clearTimeout(timer);
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
