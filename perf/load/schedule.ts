/**
 * When the operations of a paced run are due. The plan is fixed before the run, however slow the proxy is, and latency
 * counts from the due time: a proxy that stalls cannot slow down the questions that would show it ("coordinated
 * omission", Gil Tene 2013). It owns no clock.
 */

export interface Pace {
  /** How many agents there are over all threads. */
  readonly agents: number;
  /** Each agent begins an operation this often, in milliseconds. */
  readonly periodMs: number;
  /** The agents' first operations are spread evenly over this time; at most `periodMs`. */
  readonly spreadMs: number;
  /** When the first one begins, in milliseconds since the start of the run. */
  readonly offsetMs: number;
}

/** The share of one thread: agents `thread`, `thread + threads`, … in the order in which they are due. */
export class Schedule {
  /** The agent that is due next, counted within this thread. */
  agent = 0;
  /** When it is due, in milliseconds since the start of the run; Infinity when this thread has no agent. */
  dueMs: number;

  readonly #pace: Pace;
  readonly #thread: number;
  readonly #threads: number;
  readonly #own: number;
  #round = 0;

  constructor(pace: Pace, thread: number, threads: number) {
    this.#pace = pace;
    this.#thread = thread;
    this.#threads = threads;
    this.#own = ownAgents(pace.agents, thread, threads);
    this.dueMs = this.#own === 0 ? Infinity : this.#due();
  }

  /** Goes on to the operation behind this one. */
  advance(): void {
    this.agent += 1;
    if (this.agent >= this.#own) {
      this.agent = 0;
      this.#round += 1;
    }
    this.dueMs = this.#own === 0 ? Infinity : this.#due();
  }

  #due(): number {
    const { agents, periodMs, spreadMs, offsetMs } = this.#pace;
    // Multiplied, not added up: the last operation of a long run is as exact as the first.
    return offsetMs + this.#round * periodMs + ((this.agent * this.#threads + this.#thread) * spreadMs) / agents;
  }
}

/** How many of `agents` fall to one of `threads` threads. */
export function ownAgents(agents: number, thread: number, threads: number): number {
  return Math.max(0, Math.ceil((agents - thread) / threads));
}
