import type { RoomAnswer, RoomLimits, RoomNotice, RoomQuestion, RoomReport } from '../engine/room.ts';
import { isPerClient } from '../engine/room.ts';
import { TokenBuckets } from './token-buckets.ts';

/**
 * Counts tunnels for all workers, so that limits are exact whatever worker a client lands on: never more than N, and N can
 * be reached. Workers ask with a message; while there is plenty of room they are lent some in advance and ask for nothing.
 * When it becomes scarce what they have not used is recalled, and from then on every tunnel is asked for.
 */

/** Most that is lent to a worker at a time. */
const LEASE = 64;
/** Of the room there is for each worker, so much is lent at a time. */
const SHARE = 8;
/** Room is plenty again when this part of the limit is free. */
const PLENTY = 1 / 4;
/** A question waits so long for room that others have been asked to give back; only a worker that hangs takes that long. */
const WAIT_MS = 1_000;

interface Account {
  epoch: number;
  /** Room the worker has, used or not. */
  held: number;
  /** Tunnels by client; only while that matters. */
  readonly clients: Map<string, number>;
  /** Number of the recall that has not been followed yet; 0 when the worker keeps nothing in advance. */
  recall: number;
  /** It may have room in advance. */
  lent: boolean;
}

interface Waiting {
  readonly worker: number;
  readonly question: RoomQuestion;
  readonly untilMs: number;
}

export interface ArbiterHost {
  send(worker: number, notice: RoomNotice): void;
  /** Milliseconds that only grow. */
  now(): number;
  /** Calls `again` after so many ms. */
  later(again: () => void, ms: number): void;
}

export class Arbiter {
  readonly #host: ArbiterHost;
  #limits: RoomLimits;
  readonly #accounts = new Map<number, Account>();
  /** Sums over all accounts. */
  #held = 0;
  readonly #clients = new Map<string, number>();
  readonly #buckets = new TokenBuckets();
  #recalls = 0;
  #scarce = false;
  #waiting: Waiting[] = [];
  #looksAgain = false;

  constructor(limits: RoomLimits, host: ArbiterHost) {
    this.#limits = limits;
    this.#host = host;
  }

  /** Room that workers have, used or not. */
  get held(): number {
    return this.#held;
  }

  /** Clients counted; bounded by the tunnels there are. */
  get clients(): number {
    return this.#clients.size;
  }

  reconfigure(limits: RoomLimits): void {
    this.#limits = limits;
    if (limits.newTunnelsPerSecond === 0) this.#buckets.clear();
    this.#regard();
    this.#settle();
  }

  heard(worker: number, report: RoomReport): void {
    const account = this.#accountOf(worker, report);
    if (report.recalled > 0 && report.recalled === account.recall) account.recall = 0;
    this.#hold(account, -report.given);
    for (const client of report.givenClients) this.#countClient(account, client, -1);
    for (const question of report.questions)
      this.#waiting.push({ worker, question, untilMs: this.#host.now() + WAIT_MS });
    this.#regard();
    this.#settle();
  }

  /** The worker takes no more connections; what it was lent in advance is of use to others. */
  retired(worker: number): void {
    const account = this.#accounts.get(worker);
    if (account !== undefined) this.#recall(worker, account);
  }

  /** The worker has ended, and its tunnels with it. */
  gone(worker: number): void {
    const account = this.#accounts.get(worker);
    if (account === undefined) return;
    this.#empty(account);
    this.#accounts.delete(worker);
    this.#waiting = this.#waiting.filter((each) => each.worker !== worker);
    this.#regard();
    this.#settle();
  }

  #accountOf(worker: number, { epoch, holds }: RoomReport): Account {
    let account = this.#accounts.get(worker);
    if (account === undefined) {
      account = { epoch, held: 0, clients: new Map(), recall: 0, lent: false };
      this.#accounts.set(worker, account);
    }
    if (holds !== null) {
      this.#empty(account);
      account.epoch = epoch;
      account.recall = 0;
      account.lent = false;
      this.#waiting = this.#waiting.filter((each) => each.worker !== worker);
      this.#hold(account, holds.length);
      for (const client of holds) this.#countClient(account, client, 1);
    }
    return account;
  }

  #empty(account: Account): void {
    this.#hold(account, -account.held);
    for (const [client, count] of account.clients) this.#add(this.#clients, client, -count);
    account.clients.clear();
  }

  #hold(account: Account, change: number): void {
    // Never below nothing: a count that underflows would let others in.
    const after = Math.max(0, account.held + change);
    this.#held += after - account.held;
    account.held = after;
  }

  #countClient(account: Account, client: string, change: 1 | -1): void {
    if (change < 0 && !account.clients.has(client)) return;
    this.#add(account.clients, client, change);
    this.#add(this.#clients, client, change);
  }

  #add(counts: Map<string, number>, client: string, change: number): void {
    const count = (counts.get(client) ?? 0) + change;
    if (count > 0) counts.set(client, count);
    else counts.delete(client);
  }

  /** Room to lend to a worker; 0 while it is scarce or each tunnel has to be asked for anyway. */
  get #lease(): number {
    const { maxTunnels } = this.#limits;
    if (maxTunnels === 0 || this.#scarce || isPerClient(this.#limits)) return 0;
    return Math.min(LEASE, Math.floor(maxTunnels / (SHARE * Math.max(1, this.#accounts.size))));
  }

  /** Sees whether room has become scarce, or plenty again. */
  #regard(): void {
    const { maxTunnels } = this.#limits;
    const free = maxTunnels - this.#held;
    if (this.#scarce && maxTunnels > 0 && free <= maxTunnels * PLENTY) return;
    this.#scarce = false;
    if (maxTunnels === 0 || free > LEASE + this.#waiting.length) return;
    this.#scarce = true;
    for (const [worker, account] of this.#accounts) this.#recall(worker, account);
  }

  #recall(worker: number, account: Account): void {
    if (!account.lent || account.recall > 0) return;
    this.#recalls += 1;
    account.recall = this.#recalls;
    account.lent = false;
    this.#host.send(worker, { epoch: account.epoch, answers: [], granted: 0, keep: 0, recall: account.recall });
  }

  /** Answers the questions that can be answered, oldest first. */
  #settle(): void {
    if (this.#waiting.length === 0) return;
    const nowMs = this.#host.now();
    const answers = new Map<number, RoomAnswer[]>();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const each of waiting) {
      const answer = this.#decide(each, nowMs);
      if (answer === null) this.#waiting.push(each);
      else {
        const ofWorker = answers.get(each.worker);
        if (ofWorker === undefined) answers.set(each.worker, [answer]);
        else ofWorker.push(answer);
      }
    }
    for (const [worker, ofWorker] of answers) this.#answer(worker, ofWorker);
    if (this.#waiting.length > 0 && !this.#looksAgain) {
      this.#looksAgain = true;
      this.#host.later(() => {
        this.#looksAgain = false;
        this.#settle();
      }, WAIT_MS);
    }
  }

  /** Null while it depends on what others give back. */
  #decide({ worker, question, untilMs }: Waiting, nowMs: number): RoomAnswer | null {
    const { number, client } = question;
    const { maxTunnels, maxTunnelsPerClient, newTunnelsPerSecond, newTunnelsBurst } = this.#limits;
    const account = this.#accounts.get(worker);
    if (account === undefined) return null;
    if (maxTunnelsPerClient > 0 && (this.#clients.get(client) ?? 0) >= maxTunnelsPerClient)
      return { number, reason: 'too-many-tunnels-of-client', limit: maxTunnelsPerClient };
    if (newTunnelsPerSecond > 0 && !this.#buckets.has(client, newTunnelsPerSecond, newTunnelsBurst, nowMs))
      return { number, reason: 'too-many-new-tunnels', limit: newTunnelsPerSecond };
    if (maxTunnels > 0 && this.#held >= maxTunnels) {
      const mayCome = [...this.#accounts.values()].some(({ recall }) => recall > 0);
      return mayCome && nowMs < untilMs ? null : { number, reason: 'too-many-tunnels', limit: maxTunnels };
    }
    if (newTunnelsPerSecond > 0) this.#buckets.take(client, newTunnelsPerSecond, newTunnelsBurst, nowMs);
    this.#hold(account, 1);
    if (isPerClient(this.#limits)) this.#countClient(account, client, 1);
    return { number, reason: null, limit: 0 };
  }

  #answer(worker: number, answers: readonly RoomAnswer[]): void {
    const account = this.#accounts.get(worker);
    if (account === undefined) return;
    this.#regard();
    const lease = account.recall > 0 ? 0 : this.#lease;
    const granted = Math.max(0, Math.min(lease, this.#limits.maxTunnels - this.#held - LEASE));
    this.#hold(account, granted);
    if (lease > 0) account.lent = true;
    this.#host.send(worker, { epoch: account.epoch, answers, granted, keep: lease, recall: 0 });
  }
}
