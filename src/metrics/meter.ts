import type { EventId } from '../events/catalogue.ts';
import type { Reason } from '../events/reasons.ts';
import { ClientPresence } from './client-presence.ts';
import { bucketOf } from './buckets.ts';
import type { CounterName, HistogramName } from './slots.ts';
import {
  CELL,
  CELLS,
  ENDING_CELL,
  EVENT_CELL,
  HISTOGRAM_PLACE,
  REPORT_CELL,
  WOULD_REFUSE_CELL,
  createTable,
} from './slots.ts';

/** What a loop tells about itself while it runs. Called on the data path: no call allocates, waits or throws. */
export interface Meter {
  /** A client's TCP connection was accepted; `address` without port. */
  clientOpened(address: string): void;
  /** The descriptor of that connection is closed; told once for each `clientOpened`, with the same address. */
  clientClosed(address: string): void;
  /** A load balancer has said whose connection it is: what was opened by `before` is `after`'s. */
  clientIs(before: string, after: string): void;
  /** The destination is connected. @param dialMs since it was asked for, name resolution included */
  tunnelOpened(dialMs: number): void;
  /** The handshake is verified. @param sinceAcceptMs since the client was accepted */
  setUp(sinceAcceptMs: number): void;
  /** Payload bytes that moved in open tunnels since they were last told. */
  moved(bytesUp: number, bytesDown: number): void;
  /** Told once for each `tunnelOpened`. */
  tunnelClosed(ending: Reason, durationMs: number): void;
  /** An event was reported that is not the closing event of a tunnel. */
  reported(event: EventId, reason: Reason | null): void;
  /** Mode "report": an event was reported of something that went on all the same. */
  wouldRefuse(event: EventId, reason: Reason): void;
  /** The closing event of a tunnel was reported. */
  closingReported(event: EventId): void;
  /** So many event lines were dropped, because the primary did not take them in time. */
  eventsDropped(count: number): void;
  /** The loop came late by so many ms; the worst of each second is kept. */
  late(ms: number): void;
  /** A second is over: what is kept for a second begins anew. */
  secondOver(): void;
}

/** What the resolver tells. */
export interface NameMeter {
  nameCacheHit(): void;
  /** A look-up of the system came back after so many ms. */
  nameLookedUp(ms: number, ok: boolean): void;
}

/** What changed in a loop since the last report. Plain data: crosses threads and processes. */
export interface MeterReport {
  /** Cells that changed: number of the cell, then its value now; and so on. */
  readonly cells: readonly number[];
  /** Client addresses that came (true) or went (false) altogether. */
  readonly clients: readonly (readonly [address: string, present: boolean])[];
}

/** The meter of one loop. Owned by the loop's thread. */
export class LoopMeter implements Meter, NameMeter {
  readonly #table: Float64Array;
  readonly #reported = new Float64Array(CELLS);
  readonly #clients = new ClientPresence();
  readonly #changed: () => void;

  /**
   * @param changed told when there is something to report that no event line will carry soon
   * @param table shared with whoever reads along
   */
  constructor(changed: () => void, table: Float64Array = createTable()) {
    this.#changed = changed;
    this.#table = table;
  }

  clientOpened(address: string): void {
    this.#add('clientsOpened', 1);
    this.#clients.opened(address);
    this.#changed();
  }

  clientClosed(address: string): void {
    this.#add('clientsClosed', 1);
    this.#clients.closed(address);
    this.#changed();
  }

  clientIs(before: string, after: string): void {
    this.#clients.closed(before);
    this.#clients.opened(after);
    this.#changed();
  }

  tunnelOpened(dialMs: number): void {
    this.#add('tunnelsOpened', 1);
    this.#record('dial', dialMs * 1000);
  }

  setUp(sinceAcceptMs: number): void {
    this.#record('setUp', sinceAcceptMs * 1000);
  }

  moved(bytesUp: number, bytesDown: number): void {
    if (bytesUp === 0 && bytesDown === 0) return;
    this.#add('bytesUp', bytesUp);
    this.#add('bytesDown', bytesDown);
    this.#changed();
  }

  tunnelClosed(ending: Reason, durationMs: number): void {
    this.#add('tunnelsClosed', 1);
    this.#increment(ENDING_CELL[ending]);
    this.#record('duration', durationMs);
    this.#changed();
  }

  reported(event: EventId, reason: Reason | null): void {
    this.#increment(EVENT_CELL[event]);
    if (reason !== null) this.#increment(REPORT_CELL[reason]);
    this.#changed();
  }

  wouldRefuse(event: EventId, reason: Reason): void {
    this.#increment(EVENT_CELL[event]);
    this.#increment(WOULD_REFUSE_CELL[reason]);
    this.#changed();
  }

  closingReported(event: EventId): void {
    this.#increment(EVENT_CELL[event]);
  }

  eventsDropped(count: number): void {
    this.#add('eventsDropped', count);
  }

  late(ms: number): void {
    if (ms > (this.#table[CELL.loopLateMs] ?? 0)) this.#table[CELL.loopLateMs] = ms;
  }

  secondOver(): void {
    this.#table[CELL.loopLateMs] = 0;
  }

  nameCacheHit(): void {
    this.#add('nameCacheHits', 1);
  }

  nameLookedUp(ms: number, ok: boolean): void {
    this.#add(ok ? 'nameLookups' : 'nameFailures', 1);
    this.#record('nameLookup', ms * 1000);
  }

  /** What changed since the last call; null when nothing did. */
  takeReport(): MeterReport | null {
    const cells: number[] = [];
    for (let cell = 0; cell < CELLS; cell += 1) {
      const value = this.#table[cell] ?? 0;
      if (value === this.#reported[cell]) continue;
      this.#reported[cell] = value;
      cells.push(cell, value);
    }
    const clients = this.#clients.takeChanges();
    return cells.length === 0 && clients.length === 0 ? null : { cells, clients };
  }

  #add(name: CounterName, amount: number): void {
    const cell = CELL[name];
    this.#table[cell] = (this.#table[cell] ?? 0) + amount;
  }

  #increment(cell: number): void {
    this.#table[cell] = (this.#table[cell] ?? 0) + 1;
  }

  #record(name: HistogramName, value: number): void {
    const { sum, buckets } = HISTOGRAM_PLACE[name];
    this.#table[sum] = (this.#table[sum] ?? 0) + Math.max(0, Math.round(value));
    this.#increment(buckets + bucketOf(value));
  }
}
