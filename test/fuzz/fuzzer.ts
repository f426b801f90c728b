import { Random } from './random.ts';
import type { Target } from './targets.ts';

/** Runs targets in turn until the time is over. Run `number` of a seed is the same run every time. */

export interface Finding {
  readonly target: string;
  /** Number of the run, for `--run`. */
  readonly number: number;
  readonly message: string;
}

export interface FuzzOptions {
  readonly targets: readonly Target[];
  readonly seed: number;
  readonly seconds: number;
  /** Only this run. */
  readonly only?: number;
}

export interface FuzzResult {
  readonly runs: number;
  readonly findings: readonly Finding[];
  /** Bytes of the heap at the end above those after the first runs. */
  readonly grownBytes: number;
}

const FINDINGS = 20;
/** Runs until everything is loaded, compiled and at its usual size. */
const WARM_UP = 2_000;
/** What a heap may grow between collections without anything being kept. */
export const GROWTH_LIMIT = 64 * 1024 * 1024;

export function fuzz({ targets, seed, seconds, only }: FuzzOptions): FuzzResult {
  const findings: Finding[] = [];
  const untilMs = performance.now() + seconds * 1000;
  let baseBytes = 0;
  let number = only ?? 0;
  for (; findings.length < FINDINGS; number += 1) {
    const target = targets[number % targets.length];
    if (target === undefined) throw new Error('there is nothing to fuzz');
    const finding = runOne(target, seed, number);
    if (finding !== null) findings.push(finding);
    if (number === WARM_UP) baseBytes = heapBytes();
    if (only !== undefined || ((number & 63) === 63 && performance.now() >= untilMs)) break;
  }
  const grownBytes = baseBytes === 0 ? 0 : heapBytes() - baseBytes;
  return { runs: only === undefined ? number + 1 : 1, findings, grownBytes };
}

function runOne(target: Target, seed: number, number: number): Finding | null {
  try {
    target.run(new Random(Math.imul(seed, 0x9e37_79b1) ^ Math.imul(number + 1, 0x85eb_ca6b)));
    return null;
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { target: target.name, number, message };
  }
}

function heapBytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}
