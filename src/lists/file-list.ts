import { readFileSync, statSync } from 'node:fs';
import { FileWatch } from './file-watch.ts';
import { readList } from './read-list.ts';
import type { HostSource, SourceHost } from './source.ts';
import { FailureNotices, changeBetween } from './source.ts';

/** A list in a local file, read again when it changes. A file that is gone or wrong leaves the last good state in effect. */

const SIZE_LIMIT = 10 * 1024 * 1024;

export class FileList implements HostSource {
  readonly name: string;
  readonly #file: string;
  readonly #host: SourceHost;
  readonly #failures: FailureNotices;
  readonly #watch = new FileWatch(() => {
    this.#look();
  });
  #entries: readonly string[] = [];
  #readAtMs: number | null = null;

  constructor(file: string, host: SourceHost) {
    this.name = `host list ${file}`;
    this.#file = file;
    this.#host = host;
    this.#failures = new FailureNotices(this.name, host);
    const read = this.#read();
    if (read.problem === null) this.#take(read.entries);
  }

  get readAtMs(): number | null {
    return this.#readAtMs;
  }

  get entries(): readonly string[] {
    return this.#entries;
  }

  start(): void {
    this.#watch.watch([this.#file]);
    // What the constructor could not read is told now; what has changed since is taken.
    setImmediate(() => {
      this.#look();
    });
  }

  stop(): void {
    this.#watch.watch([]);
  }

  #look(): void {
    const read = this.#read();
    if (read.problem !== null) {
      this.#failures.failed(read.problem, this.#entries.length);
      return;
    }
    this.#failures.worked();
    if (read.count > 0) {
      this.#host.notice('host-list-entries-refused', { list: this.name, count: read.count, refused: read.refused });
    }
    const change = changeBetween(this.name, this.#entries, read.entries);
    this.#take(read.entries);
    if (change.added.length + change.removed.length > 0) this.#host.changed(change);
  }

  #take(entries: readonly string[]): void {
    this.#entries = entries;
    this.#readAtMs = Date.now();
  }

  #read(): FileRead {
    try {
      if (statSync(this.#file).size > SIZE_LIMIT) return bad(`it is larger than ${SIZE_LIMIT} bytes`);
      const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(this.#file));
      const read = readList(text);
      if (!read.ok) return bad(`the list ${read.detail}`);
      return { problem: null, entries: read.entries, refused: read.refused, count: read.refusedCount };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return bad(`it cannot be read (${code ?? message})`);
    }
  }
}

interface FileRead {
  readonly problem: string | null;
  readonly entries: readonly string[];
  readonly refused: readonly string[];
  readonly count: number;
}

function bad(problem: string): FileRead {
  return { problem, entries: [], refused: [], count: 0 };
}
