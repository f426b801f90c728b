import type { LoopSettings } from '../engine/settings.ts';

/** What the primary and its workers tell each other. A handed socket travels beside its message. */

/** Engines by name, as event 101 shows them. */
export type EngineName = 'portable' | 'linux';

/**
 * The descriptors that a worker inherits for an engine that accepts by itself, behind stdin, stdout, stderr and the
 * channel of these messages.
 */
export const INHERITED = { listenFd: 4, lineFd: 5 } as const;

export interface WorkerSettings {
  readonly engine: EngineName;
  readonly loop: LoopSettings;
}

export type ToWorker =
  | { readonly kind: 'configure'; readonly settings: WorkerSettings }
  /** A client's socket travels with this message; only for an engine that does not accept by itself. */
  | { readonly kind: 'accept' }
  /** Finish what is open within so many milliseconds, then leave. */
  | { readonly kind: 'drain'; readonly limitMs: number };

export type FromWorker =
  /** The worker listens to messages. What is sent before is lost: an ES module entry point loads asynchronously. */
  | { readonly kind: 'hello' }
  | { readonly kind: 'ready' }
  /** So many handed sockets are the worker's now, in the order they were handed. */
  | { readonly kind: 'adopted'; readonly count: number }
  /** Finished event lines, each ending in a line feed. */
  | { readonly kind: 'log'; readonly lines: string }
  /** The worker's configuration could not be put into effect; it ends after this. */
  | { readonly kind: 'failed'; readonly detail: string };
