import type { HistoryAnswer } from '../admin/history.ts';
import type { Status } from '../admin/status.ts';
import type { EventId } from '../events/catalogue.ts';
import type { Reason } from '../events/reasons.ts';
import { History, STEP_MS } from '../metrics/history.ts';
import { ENDINGS, FAILURES, REJECTIONS } from '../metrics/kinds.ts';
import type { MeterReport } from '../metrics/meter.ts';
import { Peak } from '../metrics/peak.ts';
import { QuantileWindow, ROTATE_MS } from '../metrics/quantile-window.ts';
import type { HistogramName } from '../metrics/slots.ts';
import { CELL, ENDING_CELL, REPORT_CELL } from '../metrics/slots.ts';
import type { MetricsSource } from '../metrics/table.ts';
import { errorCount, rejectionCount } from '../metrics/table.ts';
import { Totals } from '../metrics/totals.ts';
import type { VitalSigns } from '../metrics/vitals.ts';
import { VITALS_MS, Vitals } from '../metrics/vitals.ts';

/** Everything the primary has been told in numbers: by the loops, by the processes, by itself. */

/** What the board of the primary adds. */
export type KnownElsewhere = Omit<MetricsSource, 'totals' | 'quantiles' | 'ownEvents' | 'threads' | 'processes'>;

/** The part of /status that is made of numbers. */
export type Numbers = Pick<
  Status,
  'counters' | 'tunnels' | 'rejections' | 'failures' | 'bytes' | 'latency' | 'droppedEvents'
>;

const PRIMARY = 'primary';

export class Telemetry {
  readonly #totals = new Totals();
  readonly #window = new QuantileWindow(this.#totals);
  readonly #ownEvents = new Map<EventId, number>();
  readonly #signs = new Map<string, VitalSigns>();
  readonly #stalls = new Map<string, Peak>();
  readonly #vitals = new Vitals();
  readonly #history = new History(this.#totals, Date.now());
  readonly #timers: NodeJS.Timeout[];

  constructor() {
    this.#timers = [
      setInterval(() => {
        this.#window.rotate();
      }, ROTATE_MS),
      setInterval(() => void this.#look(), VITALS_MS),
      setInterval(() => {
        this.#history.step(Date.now());
      }, STEP_MS),
    ];
    for (const timer of this.#timers) timer.unref();
    void this.#look();
  }

  /** An event of the primary itself. */
  ownReported(event: EventId): void {
    this.#ownEvents.set(event, (this.#ownEvents.get(event) ?? 0) + 1);
  }

  /** @param worker number of the worker */
  report(worker: number, report: MeterReport): void {
    this.#totals.apply(worker, report);
    this.#peak(`${threadOf(worker)}-loop`).add(this.#totals.ofLoop(worker, CELL.loopLateMs), performance.now());
  }

  vitals(worker: number, signs: VitalSigns): void {
    this.#feel(threadOf(worker), signs);
  }

  /** @returns how many tunnels were open in the worker that is gone */
  workerGone(worker: number): number {
    const thread = threadOf(worker);
    for (const name of [thread, `${thread}-loop`]) {
      this.#signs.delete(name);
      this.#stalls.delete(name);
    }
    return this.#totals.retire(worker);
  }

  async metrics(known: KnownElsewhere): Promise<string> {
    // Loaded with the first scrape: a start does not wait for it.
    const { metricsText } = await import('../metrics/exposition.ts');
    return await metricsText(this.#source(known));
  }

  numbers(known: KnownElsewhere): Numbers {
    const source = this.#source(known);
    const { totals } = source;
    const opened = totals.counter('tunnelsOpened');
    return {
      counters: {
        activeClientConnections: totals.openClients,
        connectedClients: totals.connectedClients,
        errorCount: errorCount(source),
        rejectionCount: rejectionCount(source),
      },
      tunnels: {
        open: totals.openTunnels,
        opened,
        closed: opened - totals.openTunnels,
        endings: this.#nonZero(ENDINGS, ENDING_CELL),
      },
      rejections: this.#nonZero(REJECTIONS, REPORT_CELL),
      failures: this.#nonZero(FAILURES, REPORT_CELL),
      bytes: { up: totals.counter('bytesUp'), down: totals.counter('bytesDown') },
      latency: {
        dial: this.#latency('dial'),
        setUp: this.#latency('setUp'),
        nameResolution: this.#latency('nameLookup'),
        tunnelDuration: this.#latency('duration'),
      },
      droppedEvents: known.droppedEvents,
    };
  }

  /** The last hour. */
  history(): HistoryAnswer {
    return { points: [...this.#history.points] };
  }

  /** What is known of a worker's process; nulls while it has not told. */
  signsOf(worker: number): Pick<VitalSigns, 'descriptors' | 'descriptorLimit'> & {
    readonly residentBytes: number | null;
    readonly stallSeconds: number;
  } {
    const thread = threadOf(worker);
    const signs = this.#signs.get(thread);
    const now = performance.now();
    const stallMs = Math.max(this.#peak(thread).value(now), this.#peak(`${thread}-loop`).value(now));
    return {
      residentBytes: signs?.residentBytes ?? null,
      descriptors: signs?.descriptors ?? null,
      descriptorLimit: signs?.descriptorLimit ?? null,
      stallSeconds: stallMs / 1000,
    };
  }

  /** Events that workers dropped, because the primary did not take them in time. */
  get droppedByWorkers(): number {
    return this.#totals.counter('eventsDropped');
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#vitals.stop();
  }

  #source(known: KnownElsewhere): MetricsSource {
    const now = performance.now();
    return {
      ...known,
      totals: this.#totals,
      quantiles: (name) => this.#window.quantiles(name),
      ownEvents: (event) => this.#ownEvents.get(event) ?? 0,
      threads: [...this.#stalls].map(([thread, peak]) => ({ thread, stallSeconds: peak.value(now) / 1000 })),
      processes: [...this.#signs].map(([name, signs]) => ({ process: name, ...signs })),
    };
  }

  #latency(name: HistogramName): Status['latency']['dial'] {
    const [p50 = NaN, p90 = NaN, p99 = NaN, p999 = NaN] = this.#window.quantiles(name);
    return Number.isNaN(p50) ? null : { p50, p90, p99, p999 };
  }

  #nonZero(reasons: readonly Reason[], cells: Record<Reason, number>): Record<string, number> {
    const counted = reasons.map((reason) => [reason, this.#totals.cell(cells[reason])] as const);
    return Object.fromEntries(counted.filter(([, count]) => count > 0));
  }

  async #look(): Promise<void> {
    this.#feel(PRIMARY, await this.#vitals.look());
  }

  #feel(thread: string, signs: VitalSigns): void {
    this.#signs.set(thread, signs);
    this.#peak(thread).add(signs.stallMs, performance.now());
  }

  #peak(thread: string): Peak {
    let peak = this.#stalls.get(thread);
    if (peak === undefined) this.#stalls.set(thread, (peak = new Peak()));
    return peak;
  }
}

function threadOf(worker: number): string {
  return `worker-${worker}`;
}
