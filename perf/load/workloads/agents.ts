import type { Workload, WorkloadSettings } from './workload.ts';
import { byteText } from './workload.ts';

/**
 * The sizing Microsoft publishes for its gateway ("Log Analytics gateway", section on sizing): agents that upload about
 * 200 KB every 6 seconds each; 600 of them on two processors. OMS agents open a tunnel for every upload; whether newer
 * agents keep theirs is not documented, so both can be tested.
 */
const UPLOAD_BYTES = 200 * 1024;

export function agentsWorkload({ agents, bytes, periodSeconds, longLived }: WorkloadSettings): Workload {
  const clients = agents ?? 600;
  const size = bytes ?? UPLOAD_BYTES;
  const periodMs = periodSeconds * 1_000;
  const how = longLived ? 'in tunnels that stay open' : 'each in a new tunnel';
  return {
    name: 'agents',
    description: `${clients.toLocaleString('en')} agents upload ${byteText(size)} every ${periodSeconds} s, ${how}`,
    unit: 'upload',
    groups: [
      {
        name: 'agents',
        clients,
        pace: { periodMs, spreadMs: periodMs, offsetMs: 0 },
        tunnel: longLived ? 'kept' : 'per-operation',
        action: 'upload',
        bytes: size,
      },
    ],
  };
}
