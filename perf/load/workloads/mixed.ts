import type { Group, Workload, WorkloadSettings } from './workload.ts';
import { byteText } from './workload.ts';

/**
 * A machine park over an hour, compressed in time. As documented for the agents: a heartbeat record a minute and host
 * (omsagent.conf), each upload in a tunnel of its own (out_oms.rb), chunks of at most 15 MB; IIS logs that are read when
 * they roll over, so that web servers upload much at the full hour (data-sources-iis-logs).
 */
const HEARTBEAT_SECONDS = 60;
const HEARTBEAT_BYTES = 2 * 1024;
const HOUR_SECONDS = 3_600;
const BURST_BYTES = 15 * 1024 * 1024;
/** Web servers among the hosts, and over how long their uploads spread behind the full hour: assumptions. */
const WEB_SERVER_SHARE = 0.05;
const BURST_SPREAD_SECONDS = 300;

export function mixedWorkload({ agents, bytes, compress, seconds }: WorkloadSettings): Workload {
  const hosts = agents ?? 600;
  const webServers = Math.max(1, Math.round(hosts * WEB_SERVER_SHARE));
  const burstBytes = bytes ?? BURST_BYTES;
  const ms = (realSeconds: number): number => (realSeconds * 1_000) / compress;
  const common = { tunnel: 'per-operation', action: 'upload' } as const;
  const heartbeat: Group = {
    ...common,
    name: 'heartbeat',
    clients: hosts,
    pace: { periodMs: ms(HEARTBEAT_SECONDS), spreadMs: ms(HEARTBEAT_SECONDS), offsetMs: 0 },
    bytes: HEARTBEAT_BYTES,
  };
  // The full hour strikes within the run, after a while of heartbeats alone.
  const offsetMs = Math.min(seconds * 1_000, ms(HOUR_SECONDS)) / 4;
  const burst: Group = {
    ...common,
    name: 'hourly burst',
    clients: webServers,
    pace: { periodMs: ms(HOUR_SECONDS), spreadMs: ms(BURST_SPREAD_SECONDS), offsetMs },
    bytes: burstBytes,
  };
  return {
    name: 'mixed',
    description:
      `${hosts.toLocaleString('en')} hosts send a heartbeat of ${byteText(HEARTBEAT_BYTES)} a minute, ` +
      `${webServers.toLocaleString('en')} of them ${byteText(burstBytes)} at the full hour; time goes ${compress} × faster`,
    unit: 'upload',
    groups: [heartbeat, burst],
  };
}
