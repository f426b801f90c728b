import type { AdminServer } from '../admin/server.ts';

/**
 * The admin API's way to its port. The gateway is there to carry traffic: while another program has the port (another gateway
 * of this machine, say) it goes on without, and tries again.
 */

const RETRY_MS = 5_000;

export interface AdminDoorHost {
  /** @throws an errno error when the port cannot be had */
  open(): Promise<AdminServer>;
  /** Told once, until it works again. */
  failed(error: unknown): void;
  /** It listens after all. */
  works(url: string): void;
}

export class AdminDoor {
  readonly #host: AdminDoorHost;
  readonly #retryMs: number;
  #server: AdminServer | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(host: AdminDoorHost, retryMs = RETRY_MS) {
    this.#host = host;
    this.#retryMs = retryMs;
  }

  /** Where it listens; null while it does not. */
  get url(): string | null {
    return this.#server?.url ?? null;
  }

  /** The descriptor it listens on; null while it does not. */
  get fd(): number | null {
    return this.#server?.fd ?? null;
  }

  /** Tries for the first time; resolves when that is over, whichever way. */
  async open(): Promise<void> {
    const error = await this.#try();
    if (error === null) return;
    this.#host.failed(error);
    this.#tryLater();
  }

  /** Takes no new connections, and tries no more to listen; those that are open go on. */
  stop(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#server?.stop();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#server?.close();
  }

  #tryLater(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#tryAgain(), this.#retryMs);
    this.#timer.unref();
  }

  async #tryAgain(): Promise<void> {
    if ((await this.#try()) === null) this.#host.works(this.url ?? '');
    else this.#tryLater();
  }

  /** @returns null when it listens */
  async #try(): Promise<unknown> {
    try {
      this.#server = await this.#host.open();
      // The gateway ended meanwhile.
      if (this.#closed) await this.#server.close();
      return null;
    } catch (error) {
      return error ?? new Error('unknown');
    }
  }
}
