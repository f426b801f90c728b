import { agentsWorkload } from './agents.ts';
import { connectWorkload } from './connect.ts';
import { echoWorkload } from './echo.ts';
import { idleWorkload } from './idle.ts';
import { mixedWorkload } from './mixed.ts';
import { downloadWorkload, uploadWorkload } from './transfer.ts';
import type { Workload, WorkloadName, WorkloadSettings } from './workload.ts';

/** All workloads by name. */
export const WORKLOADS: Readonly<Record<WorkloadName, (settings: WorkloadSettings) => Workload>> = {
  connect: connectWorkload,
  echo: echoWorkload,
  download: downloadWorkload,
  upload: uploadWorkload,
  idle: idleWorkload,
  agents: agentsWorkload,
  mixed: mixedWorkload,
};
