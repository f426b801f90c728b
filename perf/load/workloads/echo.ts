import type { Workload, WorkloadSettings } from './workload.ts';
import { byteText, paceOf, paceText } from './workload.ts';

/** Round trips through tunnels that stay open. */
export function echoWorkload({ connections, rate, bytes }: WorkloadSettings): Workload {
  const clients = connections ?? 64;
  const size = bytes ?? 512;
  return {
    name: 'echo',
    description: `round trips of ${byteText(size)} in ${clients} open tunnels, ${paceText(rate)}`,
    unit: 'round trip',
    groups: [{ name: 'echo', clients, pace: paceOf(rate, clients), tunnel: 'kept', action: 'echo', bytes: size }],
  };
}
