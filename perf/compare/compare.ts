import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { thisMachine } from '../load/machine.ts';
import { ClientPool } from '../load/pool.ts';
import type { Origin } from '../origin/origin.ts';
import { startOrigin } from '../origin/origin.ts';
import { descriptorLimit } from '../process/descriptors.ts';
import type { Site } from './measure.ts';
import { inspect, measurePeer, warmUp } from './measure.ts';
import { MEASURES } from './measures.ts';
import type { MeasureKey } from './measures.ts';
import type { Peer } from './peers/peer.ts';
import { PeerProcess } from './process.ts';
import type { Comparison, ComparisonSettings, MissingPeer, PeerFacts, Run } from './result.ts';

/** Runs a whole comparison: everybody is started, then they take turns in every measure of every round. */

export interface ComparePlan {
  readonly peers: readonly Peer[];
  readonly measures: readonly MeasureKey[];
  readonly settings: ComparisonSettings;
  /** Told what is going on. */
  readonly say: (text: string) => void;
}

/** Between the end of one run and the next, so that closed sockets do not disturb it. */
const PAUSE_MS = 200;
const ORIGIN_ADDRESS = '127.0.0.1';

interface Contestant {
  readonly peer: Peer;
  readonly running: PeerProcess;
  readonly facts: PeerFacts;
}

export async function compare(plan: ComparePlan): Promise<Comparison> {
  const home = mkdtempSync(join(tmpdir(), 'compare-'));
  chmodSync(home, 0o755);
  const origin = await startOrigin({ host: ORIGIN_ADDRESS, port: 0, tls: null, threads: 1 });
  // Listens as well, and nobody may get there.
  const forbidden = await startOrigin({ host: ORIGIN_ADDRESS, port: 0, tls: null, threads: 1 });
  const pool = new ClientPool(1);
  const contestants: Contestant[] = [];
  try {
    const site: Site = { pool, settings: plan.settings, place: placeOf(plan, home, origin) };
    const missing = await startAll(plan, site, forbidden.ports[0] ?? 0, contestants);
    const notes: string[] = [];
    const runs = await runRounds(plan, site, contestants, notes);
    return {
      version: 1,
      date: new Date().toISOString(),
      machine: thisMachine(),
      settings: plan.settings,
      peers: contestants.map(({ facts }) => facts),
      missing,
      runs,
      notes,
    };
  } finally {
    for (const { running } of contestants) await running.stop();
    await pool.close();
    await origin.close();
    await forbidden.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function placeOf({ settings }: ComparePlan, home: string, origin: Origin): Site['place'] {
  return {
    home,
    cpu: settings.proxyCpu,
    host: settings.host,
    address: ORIGIN_ADDRESS,
    originPort: origin.ports[0] ?? 0,
    descriptors: descriptorLimit(),
  };
}

async function startAll(
  { peers, say }: ComparePlan,
  site: Site,
  otherPort: number,
  contestants: Contestant[],
): Promise<MissingPeer[]> {
  const { place } = site;
  const missing: MissingPeer[] = [];
  for (const peer of peers) {
    const { label, broughtBy } = peer;
    const found = await peer.find();
    if (!found.ok) {
      missing.push({ label, why: found.why, broughtBy });
      say(`not here: ${label}: ${found.why} (comes with: ${broughtBy})`);
      continue;
    }
    try {
      const running = await PeerProcess.start(peer, place);
      try {
        const seen = await inspect(peer, running.port, place, otherPort);
        contestants.push({ peer, running, facts: factsOf(peer, found.version, seen) });
        await warmUp(peer, running, site);
        say(`ready: ${label} ${found.version}`);
        running.freeze();
      } catch (error) {
        await running.stop();
        throw error;
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      missing.push({ label, why, broughtBy });
      say(`left out: ${label}: ${why}`);
    }
  }
  return missing;
}

function factsOf(
  peer: Peer,
  version: string,
  seen: Pick<PeerFacts, 'refusesOtherDestination' | 'refusesOtherName'>,
): PeerFacts {
  const { key, label, isDirect, remark } = peer;
  return { key, label, version, isDirect, remark, isOurs: key.startsWith('gateway-'), ...seen };
}

async function runRounds(
  plan: ComparePlan,
  site: Site,
  contestants: readonly Contestant[],
  notes: string[],
): Promise<Run[]> {
  const runs: Run[] = [];
  const measures = MEASURES.filter(({ key }) => plan.measures.includes(key));
  for (let round = 1; round <= plan.settings.rounds; round += 1) {
    for (const measure of measures) {
      for (const { peer, running } of contestants) {
        await sleep(PAUSE_MS);
        try {
          const run = await measurePeer(peer, running, measure, round, site);
          runs.push(run);
          plan.say(runText(run, peer.label, plan.settings.rounds));
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          notes.push(`${peer.label}, ${measure.key}, round ${round}: ${why}`);
          plan.say(`left out: ${notes.at(-1) ?? ''}`);
        }
      }
    }
  }
  return runs;
}

function runText({ measure, round, rate, cost, failures }: Run, label: string, rounds: number): string {
  const bad = failures > 0 ? `, ${failures} FAILED` : '';
  return `round ${round}/${rounds} ${measure}: ${label}: ${rate.toFixed(0)}, cost ${cost?.toFixed(2) ?? '–'}${bad}`;
}
