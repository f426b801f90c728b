import type { Workload } from '../load/workloads/workload.ts';
import { readText } from './tree.ts';

/** Descriptors are what a load generator runs out of first. */

const UNKNOWN_LIMIT = 1_024;
/** Files, pipes and threads of the process itself. */
const OWN_USE = 100;

/** How many descriptors a process may have here; children inherit it. */
export function descriptorLimit(limits: string = readText('/proc/self/limits')): number {
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? UNKNOWN_LIMIT);
}

/** What is wrong with opening so many tunnels at a time, or null. With an own origin both ends are in this process. */
export function descriptorProblem(workloads: readonly Workload[], ownOrigin: boolean, limit: number): string | null {
  for (const { name, groups } of workloads) {
    // Paced agents that open a tunnel for each upload have but few open at a time, as long as the proxy keeps up.
    const open = groups.filter((group) => group.tunnel === 'kept' || group.pace === null);
    const tunnels = open.reduce((sum, group) => sum + group.clients, 0);
    const needed = tunnels * (ownOrigin ? 2 : 1) + OWN_USE;
    if (needed > limit) {
      return `${name} needs ${needed} descriptors for ${tunnels} tunnels, ${limit} are allowed (ulimit -n)`;
    }
  }
  return null;
}
