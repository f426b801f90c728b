import type { MeterReport } from './meter.ts';
import type { CounterName, HistogramName } from './slots.ts';
import { CELL, CELLS, ENDING_CELL, HISTOGRAM_PLACE, isGauge } from './slots.ts';
import { BUCKETS } from './buckets.ts';

/**
 * What all loops count together, kept by the primary. A loop reports its cells as they are; when it ends, its counters
 * stay in the totals and its gauges go: connections that were open are closed, tunnels that were open ended with it.
 */
export class Totals {
  readonly #retired = new Float64Array(CELLS);
  readonly #loops = new Map<number, LoopTotals>();
  /** Loops in which a client address has connections. */
  readonly #clients = new Map<string, number>();

  /** @param loop number of the worker that reports */
  apply(loop: number, { cells, clients }: MeterReport): void {
    const totals = this.#of(loop);
    for (let index = 0; index + 1 < cells.length; index += 2) totals.cells[cells[index] ?? 0] = cells[index + 1] ?? 0;
    for (const [address, present] of clients) {
      if (present === totals.clients.has(address)) continue;
      if (present) totals.clients.add(address);
      else totals.clients.delete(address);
      this.#countClient(address, present ? 1 : -1);
    }
  }

  /** The loop is gone. @returns how many tunnels were open in it, as far as it had told */
  retire(loop: number): number {
    const totals = this.#loops.get(loop);
    if (totals === undefined) return 0;
    this.#loops.delete(loop);
    const { cells } = totals;
    const lost = (cells[CELL.tunnelsOpened] ?? 0) - (cells[CELL.tunnelsClosed] ?? 0);
    cells[CELL.tunnelsClosed] = cells[CELL.tunnelsOpened] ?? 0;
    cells[CELL.clientsClosed] = cells[CELL.clientsOpened] ?? 0;
    cells[ENDING_CELL['worker-lost']] = (cells[ENDING_CELL['worker-lost']] ?? 0) + lost;
    for (let cell = 0; cell < CELLS; cell += 1) {
      if (!isGauge(cell)) this.#retired[cell] = (this.#retired[cell] ?? 0) + (cells[cell] ?? 0);
    }
    for (const address of totals.clients) this.#countClient(address, -1);
    return lost;
  }

  /** The sum of a cell over all loops that are and were. */
  cell(cell: number): number {
    let sum = this.#retired[cell] ?? 0;
    for (const { cells } of this.#loops.values()) sum += cells[cell] ?? 0;
    return sum;
  }

  counter(name: CounterName): number {
    return this.cell(CELL[name]);
  }

  /** One cell of one loop; 0 when there is no such loop. */
  ofLoop(loop: number, cell: number): number {
    return this.#loops.get(loop)?.cells[cell] ?? 0;
  }

  /** Client TCP connections open now. */
  get openClients(): number {
    return this.counter('clientsOpened') - this.counter('clientsClosed');
  }

  get openTunnels(): number {
    return this.counter('tunnelsOpened') - this.counter('tunnelsClosed');
  }

  /** Distinct client addresses with an open connection. */
  get connectedClients(): number {
    return this.#clients.size;
  }

  /** Counts of a histogram's buckets over all loops, and the sum of its values. */
  histogram(name: HistogramName): { readonly counts: Float64Array; readonly sum: number } {
    const { sum, buckets } = HISTOGRAM_PLACE[name];
    const counts = this.#retired.slice(buckets, buckets + BUCKETS);
    for (const { cells } of this.#loops.values()) {
      for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
        counts[bucket] = (counts[bucket] ?? 0) + (cells[buckets + bucket] ?? 0);
      }
    }
    return { counts, sum: this.cell(sum) };
  }

  #of(loop: number): LoopTotals {
    let totals = this.#loops.get(loop);
    if (totals === undefined) {
      totals = { cells: new Float64Array(CELLS), clients: new Set() };
      this.#loops.set(loop, totals);
    }
    return totals;
  }

  #countClient(address: string, change: 1 | -1): void {
    const loops = (this.#clients.get(address) ?? 0) + change;
    if (loops > 0) this.#clients.set(address, loops);
    else this.#clients.delete(address);
  }
}

interface LoopTotals {
  readonly cells: Float64Array;
  readonly clients: Set<string>;
}
