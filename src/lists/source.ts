import type { Notice } from '../events/notices.ts';
import type { Fields } from '../events/reasons.ts';

/** What every source of hosts that changes by itself has in common: a downloaded list, a file, the agents of a machine. */

export interface HostSource {
  /** As events and rules name it, e.g. "host list https://…". */
  readonly name: string;
  readonly entries: readonly string[];
  /** When the entries were last read, or found to be the same still, in ms since the epoch; null: never. */
  readonly readAtMs: number | null;
  /** Begins to look; `changed` is told later, never inside this call. */
  start(): void;
  stop(): void;
}

/** The name of a list that is downloaded. A query may be a signature that opens the list to whoever has it, so it is not told. */
export function downloadedName(url: string): string {
  const query = url.indexOf('?');
  return `host list ${query < 0 ? url : `${url.slice(0, query)}?***`}`;
}

/** What a source is given to live on. */
export interface SourceHost {
  /** The entries are others now. */
  changed(change: HostChange): void;
  notice(notice: Notice, fields: Fields): void;
}

export interface HostChange {
  readonly list: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What differs between two states of a list. */
export function changeBetween(list: string, before: readonly string[], after: readonly string[]): HostChange {
  const [old, now] = [new Set(before), new Set(after)];
  return {
    list,
    added: after.filter((entry) => !old.has(entry)),
    removed: before.filter((entry) => !now.has(entry)),
  };
}

/** How often an unchanged failure is told again. */
const REPEAT_MS = 3_600_000;

/** Tells failures of a source once each, not once per attempt, and that it works again. */
export class FailureNotices {
  readonly #list: string;
  readonly #host: SourceHost;
  #detail = '';
  #toldMs = -Infinity;

  constructor(list: string, host: SourceHost) {
    this.#list = list;
    this.#host = host;
  }

  /** @param kept what stays in effect meanwhile */
  failed(detail: string, kept: number): void {
    const nowMs = performance.now();
    if (detail === this.#detail && nowMs - this.#toldMs < REPEAT_MS) return;
    this.#detail = detail;
    this.#toldMs = nowMs;
    this.#host.notice('host-list-failed', { list: this.#list, detail, kept });
  }

  worked(): void {
    if (this.#detail === '') return;
    this.#detail = '';
    this.#host.notice('host-list-works', { list: this.#list });
  }
}
