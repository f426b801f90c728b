import type { Gateway } from '../support/gateway.ts';
import { openSockets } from '../support/process-facts.ts';
import { pause } from './scenarios.ts';

/**
 * What happens to the gateway itself while the soak goes on: a worker dies or hangs, the configuration is read again, the
 * workers are replaced. Each has a time in which tunnels may be cut by it. No fault is an excuse for a wrong byte.
 */

type Fault = 'worker killed' | 'worker stopped' | 'reload' | 'restart';

const ROUND: readonly Fault[] = ['worker killed', 'reload', 'worker stopped', 'restart'];
/** Ends of cut tunnels may reach an origin that does not read only when it reads again. */
const GRACE_MS = 5_000;
const LIMIT_MS = 30_000;

export class Trouble {
  readonly #gateway: Gateway;
  readonly #admin: string;
  readonly #workers: number;
  /** When tunnels may have been cut; the last one may not have ended. */
  readonly #times: { readonly from: number; to: number }[] = [];
  /** Faults that were done and got over, by name. */
  readonly done: Record<string, number> = {};

  /** @param admin its admin API, e.g. "http://127.0.0.1:8081" */
  constructor(gateway: Gateway, admin: string, workers: number) {
    this.#gateway = gateway;
    this.#admin = admin;
    this.#workers = workers;
  }

  /** Was a worker dead or on its way out at some moment since `sinceMs`? */
  excuses(sinceMs: number): boolean {
    return this.#times.some(({ to }) => to >= sinceMs);
  }

  /**
   * One fault after the other, as long as there is time for the next one to be got over.
   * @throws when the gateway does not get over one
   */
  async run(everyMs: number, untilMs: number): Promise<void> {
    for (let turn = 0; performance.now() + everyMs < untilMs; turn += 1) {
      await pause(everyMs);
      const fault = ROUND[turn % ROUND.length] as Fault;
      if (fault === 'reload') await this.#reload();
      else await this.#disturb(fault);
      this.done[fault] = (this.done[fault] ?? 0) + 1;
    }
  }

  /** No tunnel notices: there is no excuse. */
  async #reload(): Promise<void> {
    const told = this.#count('configuration-reloaded');
    this.#gateway.signal('SIGHUP');
    await until(() => this.#count('configuration-reloaded') > told, 'the configuration was read again');
  }

  async #disturb(fault: Exclude<Fault, 'reload'>): Promise<void> {
    const time = { from: performance.now(), to: Infinity };
    this.#times.push(time);
    const before = this.#gateway.workerPids();
    if (fault === 'restart') {
      const { status } = await fetch(`${this.#admin}/restart`, { method: 'POST', headers: { connection: 'close' } });
      if (status > 299) throw new Error(`a restart was answered ${status}`);
      await until(() => !this.#gateway.workerPids().some((pid) => before.includes(pid)), 'all workers are others');
    } else {
      const replaced = this.#count('worker-replaced');
      // Of several that wait for clients the kernel may wake the same one again and again: the others have few.
      const [victim = 0] = before.toSorted((one, other) => openSockets(other) - openSockets(one));
      process.kill(victim, fault === 'worker killed' ? 'SIGKILL' : 'SIGSTOP');
      await until(() => this.#count('worker-replaced') > replaced, `${fault}: it was noticed`);
    }
    await until(() => this.#gateway.workerPids().length === this.#workers, `${fault}: all workers are there`);
    time.to = performance.now() + GRACE_MS;
  }

  #count(reason: string): number {
    return this.#gateway.events.filter((event) => event.reason === reason).length;
  }
}

async function until(fits: () => boolean, what: string): Promise<void> {
  const limit = performance.now() + LIMIT_MS;
  while (!fits()) {
    if (performance.now() > limit) throw new Error(`not within ${LIMIT_MS} ms: ${what}`);
    await pause(50);
  }
}
