/**
 * Finds workers that hang: their processes and loops tell every second that they are alive, and whoever has not been heard
 * for so many looks is ended. Looks are counted, not seconds: a machine that slept, or a primary that was stopped or had no
 * processor, has not listened meanwhile and may blame nobody.
 */

/** How often workers tell, and how often the primary looks. */
export const HEARTBEAT_MS = 1_000;
/** Looks without a word. */
const SILENT_LOOKS = 5;
/** Looks until the first word: a process has to load first, on a machine that may be busy. */
const STARTING_LOOKS = 60;
/** A look that comes so late says that the primary itself did not run. */
const LATE_MS = 2 * HEARTBEAT_MS;

interface Watched {
  silent: number;
  heard: boolean;
}

export class Watchdog<Worker> {
  readonly #hangs: (worker: Worker, seconds: number) => void;
  readonly #workers = new Map<Worker, Watched>();
  #lookedMs: number;

  /** @param hangs told once of a worker that is not heard any more */
  constructor(nowMs: number, hangs: (worker: Worker, seconds: number) => void) {
    this.#lookedMs = nowMs;
    this.#hangs = hangs;
  }

  watch(worker: Worker): void {
    this.#workers.set(worker, { silent: 0, heard: false });
  }

  heard(worker: Worker): void {
    const watched = this.#workers.get(worker);
    if (watched === undefined) return;
    watched.silent = 0;
    watched.heard = true;
  }

  gone(worker: Worker): void {
    this.#workers.delete(worker);
  }

  /** To be called every `HEARTBEAT_MS`. */
  look(nowMs: number): void {
    const late = nowMs - this.#lookedMs > LATE_MS;
    this.#lookedMs = nowMs;
    for (const [worker, watched] of this.#workers) {
      if (late) watched.silent = 0;
      else watched.silent += 1;
      // One more than the limit: the word of this second may be on its way.
      if (watched.silent <= (watched.heard ? SILENT_LOOKS : STARTING_LOOKS)) continue;
      this.#workers.delete(worker);
      this.#hangs(worker, (watched.silent - 1) * (HEARTBEAT_MS / 1000));
    }
  }
}
