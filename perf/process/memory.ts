import { processTree, readText } from './tree.ts';

/** Resident memory of a process tree, in bytes. */
export interface MemorySample {
  /** Pages shared between the processes count once for each of them. */
  readonly rss: number;
  /** Shared pages count by their share (proportional set size). */
  readonly pss: number;
  readonly processes: number;
}

export function sampleMemory(root: number): MemorySample {
  const tree = processTree(root);
  let rss = 0;
  let pss = 0;
  for (const { pid } of tree) {
    const text = readText(`/proc/${pid}/smaps_rollup`);
    rss += kilobytes(text, 'Rss');
    pss += kilobytes(text, 'Pss');
  }
  return { rss, pss, processes: tree.length };
}

/** A line of smaps_rollup (proc_pid_smaps(5)), in bytes. */
function kilobytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
}
