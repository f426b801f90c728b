import { opendir, readFile, stat } from 'node:fs/promises';
import type { IntervalHistogram } from 'node:perf_hooks';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How a process of the gateway feels: memory, descriptors, and how long its event loop stood still. */

export interface VitalSigns {
  readonly residentBytes: number;
  /** Open descriptors, and how many may be; null where the system does not tell (proc(5)). */
  readonly descriptors: number | null;
  readonly descriptorLimit: number | null;
  /** Longest time the event loop stood still since the last look, in ms. */
  readonly stallMs: number;
}

/** How often processes look. */
export const VITALS_MS = 5_000;
/** The loop is asked so often whether it moves. Longer stalls are seen, unless they begin with a look; shorter ones sometimes. */
const RESOLUTION_MS = 20;
const LIMIT_LINE = /^Max open files +(\d+)/m;

export class Vitals {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #limit: number | null | undefined;
  #residentBytes = 0;

  constructor() {
    this.#delay.enable();
  }

  async look(): Promise<VitalSigns> {
    // What is measured is the time between two turns, the wanted pause included.
    const stallMs = Math.max(0, this.#delay.max / 1e6 - RESOLUTION_MS);
    this.#delay.reset();
    this.#limit ??= await readLimit();
    return {
      residentBytes: this.#resident(),
      descriptors: await countDescriptors(),
      descriptorLimit: this.#limit,
      stallMs: Math.round(stallMs * 10) / 10,
    };
  }

  /** The memory of before while no descriptor is left to ask with: asking throws then, and a look must not end a worker. */
  #resident(): number {
    try {
      this.#residentBytes = process.memoryUsage.rss();
    } catch {
      // Asked again at the next look.
    }
    return this.#residentBytes;
  }

  /** Ends the measuring. */
  stop(): void {
    this.#delay.disable();
  }
}

async function readLimit(): Promise<number | null> {
  try {
    const match = LIMIT_LINE.exec(await readFile('/proc/self/limits', 'utf8'));
    return match === null ? null : Number(match[1]);
  } catch {
    return null;
  }
}

/** Since Linux 6.2 the size of the directory is the number of descriptors; before, its entries are counted in pieces. */
async function countDescriptors(): Promise<number | null> {
  try {
    const { size } = await stat('/proc/self/fd');
    if (size > 0) return size;
    let count = 0;
    for await (const entry of await opendir('/proc/self/fd', { bufferSize: 512 })) count += entry.name === '' ? 0 : 1;
    return count;
  } catch {
    return null;
  }
}
