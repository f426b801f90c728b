import type { GatewayEvent } from '../support/gateway.ts';

/** Keeps count of tunnels by their events, instead of half a million events. */
export class EventCounts {
  verified = 0;
  closed = 0;
  /** Tunnels that died with their worker, which tells no end of them. */
  cut = 0;
  readonly #fail: (what: string) => void;
  readonly #open = new Set<string>();

  /** @param fail told of what has no place among the events */
  constructor(fail: (what: string) => void) {
    this.#fail = fail;
  }

  /** Tunnels that have not told their end. */
  get open(): number {
    return this.#open.size;
  }

  /** @returns true for the few events worth keeping */
  take({ event, reason, tunnel, msg, worker }: GatewayEvent): boolean {
    if (event === 400 || reason === 'worker-replaced' || reason === 'events-dropped')
      this.#fail(`event ${event}: ${msg}`);
    if (reason === 'worker-replaced') this.#bury(Number(worker));
    if (event === 107 && tunnel !== undefined) {
      this.verified += 1;
      this.#open.add(tunnel);
    } else if (event === 100 && tunnel !== undefined && this.#open.delete(tunnel)) {
      this.closed += 1;
    }
    return tunnel === undefined;
  }

  /** A tunnel's name is made of the gateway's, the worker's in base 36, and its own. */
  #bury(worker: number): void {
    for (const tunnel of this.#open) {
      if (tunnel.split('-')[1] !== worker.toString(36)) continue;
      this.#open.delete(tunnel);
      this.cut += 1;
    }
  }
}
