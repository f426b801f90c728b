import type { Download, DownloadRequest } from './download.ts';
import { readList } from './read-list.ts';
import type { HostSource, SourceHost } from './source.ts';
import { FailureNotices, changeBetween, downloadedName } from './source.ts';
import type { StoredList } from './store.ts';
import { loadCopy, saveCopy } from './store.ts';

/**
 * A list that is downloaded again and again. Whatever the source does, what was good last stays in effect: over a
 * restart, too, because a copy is kept on disk.
 */

/** The first attempt after a failure; each further one waits twice as long, up to the usual interval. */
const RETRY_SECONDS = 60;
/** Gateways that were started together must not ask together for ever. */
const JITTER = 0.1;

export interface DownloadedListOptions {
  readonly url: string;
  readonly refreshSeconds: number;
  readonly stateDirectory: string;
  readonly download: (request: Pick<DownloadRequest, 'url' | 'etag' | 'lastModified'>) => Promise<Download>;
  /** From 0 to below 1. */
  readonly random?: () => number;
}

export class DownloadedList implements HostSource {
  readonly name: string;
  readonly #options: DownloadedListOptions;
  readonly #host: SourceHost;
  readonly #failures: FailureNotices;
  #current: StoredList;
  #failed = 0;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(options: DownloadedListOptions, host: SourceHost) {
    this.name = downloadedName(options.url);
    this.#options = options;
    this.#host = host;
    this.#failures = new FailureNotices(this.name, host);
    const none = { url: options.url, etag: '', lastModified: '', readAtMs: null, entries: [] };
    this.#current = loadCopy(options.stateDirectory, options.url) ?? none;
  }

  get readAtMs(): number | null {
    return this.#current.readAtMs;
  }

  get entries(): readonly string[] {
    return this.#current.entries;
  }

  start(): void {
    void this.#refresh();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #refresh(): Promise<void> {
    const { url, etag, lastModified } = this.#current;
    const got = await this.#options.download({ url, etag, lastModified });
    if (this.#stopped) return;
    const problem = this.#take(got);
    if (problem === null) this.#failures.worked();
    else this.#failures.failed(problem, this.entries.length);
    this.#failed = problem === null ? 0 : this.#failed + 1;
    this.#timer = setTimeout(() => void this.#refresh(), this.#waitMs());
    this.#timer.unref();
  }

  #waitMs(): number {
    const { refreshSeconds, random = Math.random } = this.#options;
    const retry = RETRY_SECONDS * 2 ** (this.#failed - 1);
    const seconds = this.#failed === 0 ? refreshSeconds : Math.min(refreshSeconds, retry);
    return seconds * 1000 * (1 - JITTER + 2 * JITTER * random());
  }

  /** Null when all is well, else what is wrong. */
  #take(got: Download): string | null {
    if (got.state === 'failed') return got.detail;
    if (got.state === 'unchanged') {
      this.#current = { ...this.#current, readAtMs: Date.now() };
      return null;
    }
    const read = readList(got.text);
    if (!read.ok) return `the list ${read.detail}`;
    if (read.refusedCount > 0) {
      const { refusedCount: count, refused } = read;
      this.#host.notice('host-list-entries-refused', { list: this.name, count, refused });
    }
    const { url } = this.#options;
    const before = this.entries;
    const { etag, lastModified } = got;
    this.#current = { url, etag, lastModified, readAtMs: Date.now(), entries: read.entries };
    const change = changeBetween(this.name, before, read.entries);
    if (change.added.length + change.removed.length > 0) this.#host.changed(change);
    return this.#save();
  }

  #save(): string | null {
    try {
      saveCopy(this.#options.stateDirectory, this.#current);
      return null;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return `its copy cannot be written to ${this.#options.stateDirectory} (${code ?? message}); it is in effect all the same`;
    }
  }
}
