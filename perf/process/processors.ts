import { readText } from './tree.ts';

const TICKS_PER_SECOND = 100;
/** Columns of /proc/stat behind the name (proc_stat(5)) in which a processor has nothing to do. */
const IDLE = 3;
const WAITING_FOR_DISK = 4;

/** How long these processors have been busy since the machine started, in seconds, summed up. */
export function busySeconds(processors: readonly number[], text: string = readText('/proc/stat')): number {
  const lines = text.split('\n');
  let ticks = 0;
  for (const processor of processors) {
    const line = lines.find((each) => each.startsWith(`cpu${processor} `));
    const columns = (line ?? '').split(/\s+/).slice(1, 9).map(Number);
    ticks += columns.reduce((sum, value, at) => (at === IDLE || at === WAITING_FOR_DISK ? sum : sum + value), 0);
  }
  return ticks / TICKS_PER_SECOND;
}
