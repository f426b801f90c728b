import { unwatchFile, watchFile } from 'node:fs';

/**
 * Tells when one of some files has changed. Looks once a second instead of waiting for the kernel: that sees a file that
 * is replaced by renaming, a link that is turned elsewhere (as container platforms do) and network file systems alike.
 */

const LOOK_MS = 1_000;
/** Files of one edit change together; a half-written one is finished by then. */
const SETTLE_MS = 200;

export class FileWatch {
  readonly #changed: () => void;
  #files: readonly string[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Watches these files and no others; none: nothing. */
  watch(files: readonly string[]): void {
    for (const file of this.#files) if (!files.includes(file)) unwatchFile(file, this.#look);
    for (const file of files) {
      if (!this.#files.includes(file)) watchFile(file, { interval: LOOK_MS, persistent: false }, this.#look);
    }
    this.#files = files;
    if (files.length === 0 && this.#timer !== null) clearTimeout(this.#timer);
  }

  readonly #look = (now: FileTimes, before: FileTimes): void => {
    if (now.mtimeMs === before.mtimeMs && now.ino === before.ino && now.size === before.size) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#changed();
    }, SETTLE_MS);
    this.#timer.unref();
  };
}

interface FileTimes {
  readonly mtimeMs: number;
  readonly ino: number;
  readonly size: number;
}
