import { cpus, release, totalmem, type } from 'node:os';
import type { Machine } from './result.ts';

/** What a reader must know of the machine to make sense of numbers. */
export function thisMachine(): Machine {
  const all = cpus();
  return {
    node: process.version,
    os: `${type()} ${release()}`,
    cpu: all[0]?.model.trim() ?? 'unknown',
    cpus: all.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
  };
}
