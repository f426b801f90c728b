import type { LimitReason } from '../tunnel/input.ts';
import type { RoomLimits, RoomNotice, RoomQuestion, RoomReport } from './room.ts';
import { isLimited, isPerClient } from './room.ts';

/**
 * Room for tunnels, as one loop knows it. The primary counts for all loops; a loop keeps a little room of its own, so that
 * under `limits.maxTunnels` alone a tunnel asks nobody until room is scarce. What is asked and given back within one turn
 * of the loop goes out as one message.
 */

/** Told once: null when there is room. */
export type Admitted = (reason: LimitReason | null, limit: number) => void;

export interface AdmissionHost {
  send(report: RoomReport): void;
  /** There is something to send: `flush` is to be called soon. */
  waiting(): void;
}

export class Admission {
  readonly #host: AdmissionHost;
  #limits: RoomLimits;
  #epoch = 0;
  #number = 0;
  readonly #asked = new Map<number, { readonly client: string; readonly done: Admitted }>();
  /** Room that no tunnel has yet, and how much of it may be kept. */
  #free = 0;
  #keep = 0;
  /** What has not been sent. */
  #questions: RoomQuestion[] = [];
  #given = 0;
  #givenClients: string[] = [];
  #recalled = 0;
  #holds: readonly string[] | null = null;

  constructor(limits: RoomLimits, host: AdmissionHost) {
    this.#limits = limits;
    this.#host = host;
  }

  /** True when `flush` has something to send. */
  get waits(): boolean {
    return this.#questions.length > 0 || this.#given > 0 || this.#recalled > 0 || this.#holds !== null;
  }

  /** Asks for room for one tunnel; `done` may be told inside the call. Room that is got is given back by `give`. */
  take(client: string, done: Admitted): void {
    if (!isLimited(this.#limits)) {
      done(null, 0);
    } else if (this.#free > 0 && !isPerClient(this.#limits)) {
      this.#free -= 1;
      done(null, 0);
    } else {
      this.#number += 1;
      this.#asked.set(this.#number, { client, done });
      this.#questions.push({ number: this.#number, client });
      this.#host.waiting();
    }
  }

  /** A tunnel is gone, or did not come about after all. */
  give(client: string): void {
    if (!isLimited(this.#limits)) return;
    if (this.#free < this.#keep && !isPerClient(this.#limits)) {
      this.#free += 1;
      return;
    }
    this.#given += 1;
    if (isPerClient(this.#limits)) this.#givenClients.push(client);
    this.#host.waiting();
  }

  /** What the primary says. What answers an earlier count is of no use: it was counted anew since, and asked anew. */
  noticed({ epoch, answers, granted, keep, recall }: RoomNotice): void {
    if (epoch !== this.#epoch) return;
    this.#keep = keep;
    this.#free += granted;
    if (recall > 0) this.#recalled = recall;
    for (const { number, reason, limit } of answers) {
      const asked = this.#asked.get(number);
      this.#asked.delete(number);
      asked?.done(reason, limit);
    }
    this.#returnSurplus();
    if (this.waits) this.#host.waiting();
  }

  /**
   * Goes on by other limits. When they differ everything is counted anew: tunnels that were opened while nothing was
   * limited count from now on, too.
   * @param holders the clients of all tunnels that are open or being opened, one entry each
   */
  reconfigure(limits: RoomLimits, holders: () => readonly string[]): void {
    const before = this.#limits;
    this.#limits = limits;
    if (JSON.stringify(before) === JSON.stringify(limits)) return;
    this.#epoch += 1;
    this.#free = 0;
    this.#keep = 0;
    this.#recalled = 0;
    this.#given = 0;
    this.#givenClients = [];
    this.#questions = [];
    const asked = [...this.#asked];
    if (!isLimited(limits)) {
      this.#asked.clear();
      this.#holds = [];
      for (const [, { done }] of asked) done(null, 0);
    } else {
      this.#holds = holders();
      this.#questions = asked.map(([number, { client }]) => ({ number, client }));
    }
    this.#host.waiting();
  }

  /** Sends what has come together. */
  flush(): void {
    if (!this.waits) return;
    const report: RoomReport = {
      epoch: this.#epoch,
      holds: this.#holds,
      given: this.#given,
      givenClients: this.#givenClients,
      recalled: this.#recalled,
      questions: this.#questions,
    };
    this.#holds = null;
    this.#given = 0;
    this.#givenClients = [];
    this.#recalled = 0;
    this.#questions = [];
    this.#host.send(report);
  }

  #returnSurplus(): void {
    const allowed = isPerClient(this.#limits) ? 0 : this.#keep;
    const surplus = Math.max(0, this.#free - allowed);
    this.#free -= surplus;
    this.#given += surplus;
  }
}
