/** Where an operation can fail, in the order of a tunnel's life. */
export const STAGES = ['connect', 'answer', 'handshake', 'transfer', 'content'] as const;
export type Stage = (typeof STAGES)[number];

/** Failures of one stage by one cause, e.g. "connect" and "ECONNREFUSED", "answer" and "status 403". */
export interface Failure {
  readonly stage: Stage;
  readonly cause: string;
  readonly count: number;
}

/** Different causes that are told apart; what a broken proxy answers must not fill the memory. */
const CAUSE_LIMIT = 64;
const CAUSE_CHARACTERS = 80;

/** Counts failures by stage and cause. */
export class FailureCounts {
  readonly #counts = new Map<string, number>();
  total = 0;

  add(stage: Stage, cause: string, count = 1): void {
    this.total += count;
    const key = `${stage} ${cause.slice(0, CAUSE_CHARACTERS)}`;
    const known = this.#counts.has(key) || this.#counts.size < CAUSE_LIMIT;
    const place = known ? key : `${stage} other causes`;
    this.#counts.set(place, (this.#counts.get(place) ?? 0) + count);
  }

  /** By stage, the most frequent first. */
  list(): Failure[] {
    const failures = [...this.#counts].map(([key, count]) => {
      const space = key.indexOf(' ');
      return { stage: key.slice(0, space) as Stage, cause: key.slice(space + 1), count };
    });
    return failures.sort((a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage) || b.count - a.count);
  }
}
