import type { TimelinePoint } from './result.ts';
import { count, size } from './units.ts';

/** Says how a run is going: one line that is rewritten on a terminal, a plain line now and then elsewhere. */

export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const PLAIN_SECONDS = 5;
const CLEAR_LINE = '\r\u001b[K';

export class Progress {
  readonly #output: ProgressOutput;
  readonly #label: string;
  #nextPlain = PLAIN_SECONDS;

  constructor(output: ProgressOutput, label: string) {
    this.#output = output;
    this.#label = label;
    if (output.isTTY !== true) output.write(`${label} …\n`);
  }

  update(point: TimelinePoint): void {
    if (this.#output.isTTY === true) {
      this.#output.write(`${CLEAR_LINE}${this.#text(point)}`);
    } else if (point.second >= this.#nextPlain) {
      this.#nextPlain = point.second + PLAIN_SECONDS;
      this.#output.write(`${this.#text(point)}\n`);
    }
  }

  /** Takes the line away again. */
  done(): void {
    if (this.#output.isTTY === true) this.#output.write(CLEAR_LINE);
  }

  #text(point: TimelinePoint): string {
    const time = point.second < 0 ? 'warm-up' : `${point.second.toFixed(0)} s`;
    const failures = point.failures > 0 ? `, ${count(point.failures)} FAILED` : '';
    const payload = point.bytesPerSecond > 0 ? `, ${size(point.bytesPerSecond)}/s` : '';
    return `${this.#label}: ${time}, ${count(point.donePerSecond)}/s${payload}, ${count(point.open)} tunnels open${failures}`;
  }
}
