import type { FailureCounts, Stage } from './causes.ts';
import type { Client } from './client.ts';
import { SLOT } from './counters.ts';
import { LatencyHistogram } from './histogram.ts';
import type { GroupResult } from './messages.ts';
import type { Action, Group } from './workloads/workload.ts';
import { encodeCommand } from '../wire/command.ts';
import { PATTERN_BYTES, patternPiece } from '../wire/pattern.ts';

/** What the clients of one group in one thread share: what they do, and where their results go. */

export interface RunClock {
  /** Monotonic milliseconds of this thread. */
  now(): number;
  /** Operations that begin, or are due, from here … */
  readonly measureFromMs: number;
  /** … to here go into the histograms. */
  readonly measureToMs: number;
}

/** A paced operation that begins later than this after its due time was late because of the load generator. */
const LATE_MS = 20;
/** A closed loop whose tunnel failed tries again after this time, so that a proxy that is down is not hammered. */
const RETRY_MS = 20;

export class GroupRun {
  readonly name: string;
  readonly action: Action;
  readonly bytes: number;
  readonly tunnel: Group['tunnel'];
  readonly compare: boolean;
  /** 0: closed loops. */
  readonly periodMs: number;
  /** What an operation begins with: the command, and what of the payload goes out with it. */
  readonly message: Buffer;
  /** Acknowledgements that came in pieces. */
  readonly scratch = new Map<Client, Buffer>();
  /** Tunnels that came up, and attempts of any kind that failed, since the beginning. */
  tunnelsUp = 0;
  failures = 0;

  #ended = false;
  readonly #clock: RunClock;
  readonly #counters: Float64Array;
  readonly #failures: FailureCounts;
  readonly #latency = LatencyHistogram.empty();
  readonly #setUp = LatencyHistogram.empty();
  readonly #lag = LatencyHistogram.empty();
  #begun = 0;
  #unfinished = 0;

  constructor(group: Group, compare: boolean, clock: RunClock, counters: Float64Array, failures: FailureCounts) {
    this.name = group.name;
    this.action = group.action;
    this.bytes = group.bytes;
    this.tunnel = group.tunnel;
    this.compare = compare;
    this.periodMs = group.pace?.periodMs ?? 0;
    this.message = firstMessage(group, compare);
    this.#clock = clock;
    this.#counters = counters;
    this.#failures = failures;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Whether a closed loop goes on. */
  mayBegin(nowMs: number): boolean {
    return !this.#ended && nowMs < this.#clock.measureToMs;
  }

  /** No closed loop goes on from here. */
  end(): void {
    this.#ended = true;
  }

  begun(fromMs: number): void {
    if (!this.#isMeasured(fromMs)) return;
    this.#begun += 1;
    if (this.periodMs === 0) return;
    const lagMs = this.now() - fromMs;
    this.#lag.record(lagMs);
    if (lagMs > LATE_MS) this.#count('late', 1);
  }

  tunnelUp(fromMs: number): void {
    this.tunnelsUp += 1;
    this.#count('tunnels', 1);
    this.#count('open', 1);
    if (this.#isMeasured(fromMs)) this.#setUp.record(this.now() - fromMs);
  }

  tunnelDown(): void {
    this.#count('open', -1);
  }

  operationDone(fromMs: number): void {
    this.#count('done', 1);
    if (this.#isMeasured(fromMs)) this.#latency.record(this.now() - fromMs);
  }

  /** The operation will not be done any more, nor the `waiting` ones behind it: their age so far is their latency. */
  abandoned(fromMs: number, waiting: number): void {
    const nowMs = this.now();
    for (let index = 0; index <= waiting; index += 1) {
      const eachMs = fromMs + index * this.periodMs;
      if (!this.#isMeasured(eachMs)) continue;
      this.#unfinished += 1;
      this.#latency.record(nowMs - eachMs);
      if (index > 0) this.#begun += 1;
    }
  }

  failed(stage: Stage, cause: string): void {
    this.failures += 1;
    this.#count('failures', 1);
    this.#failures.add(stage, cause);
  }

  countUp(bytes: number): void {
    this.#count('bytesUp', bytes);
  }

  countDown(bytes: number): void {
    this.#count('bytesDown', bytes);
  }

  retryLater(client: Client): void {
    setTimeout(() => {
      if (this.mayBegin(this.now())) client.start();
    }, RETRY_MS).unref();
  }

  result(): GroupResult {
    return {
      name: this.name,
      latency: this.#latency.encode(),
      setUp: this.#setUp.encode(),
      lag: this.#lag.encode(),
      begun: this.#begun,
      unfinished: this.#unfinished,
    };
  }

  #isMeasured(fromMs: number): boolean {
    return fromMs >= this.#clock.measureFromMs && fromMs < this.#clock.measureToMs;
  }

  #count(counter: keyof typeof SLOT, by: number): void {
    const slot = SLOT[counter];
    this.#counters[slot] = (this.#counters[slot] ?? 0) + by;
  }
}

function firstMessage({ action, bytes }: Group, compare: boolean): Buffer {
  if (action === 'none' || action === 'hold') return Buffer.alloc(0);
  const command = encodeCommand({ kind: action, bytes, compare, wrongPieces: 0 });
  if (action === 'download') return command;
  return Buffer.concat([command, patternPiece(0, Math.min(bytes, PATTERN_BYTES))]);
}
