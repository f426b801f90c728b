import type { VerifyServer } from './driver.ts';

/** An engine at work in a worker process, as the process sees it, whichever engine it is. */
export interface RunningEngine {
  /** Takes over a socket that the primary accepted; only for an engine that does not accept by itself. */
  adopt(handle: unknown): void;
  /** Accepts no more, lets tunnels finish for `limitMs`, ends the rest; resolves when the last event line is on its way. */
  drain(limitMs: number): Promise<void>;
}

/** What an engine needs from the process it runs in. */
export interface EngineHost {
  /** Takes finished event lines of an engine without a channel for them; calls `done` once they are on their way. */
  lines(lines: string, done: () => void): void;
  /** Verifies a server's certificate off the loop, see `tls.serverCertificate`. */
  readonly verifyServer: VerifyServer;
  /** The engine can take connections now. */
  ready(): void;
  /** The engine has lost its footing: `detail` is the stack. The process ends and is replaced. */
  failed(detail: string): void;
}
