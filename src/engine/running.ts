import type { HostGroup } from '../config/presets.ts';
import type { MeterReport } from '../metrics/meter.ts';
import type { VerifyCredential } from './authenticator.ts';
import type { VerifyServer } from './driver.ts';
import type { RoomNotice, RoomReport } from './room.ts';
import type { LoopSettings } from './settings.ts';
import type { TunnelList, TunnelQuery } from './tunnel-list.ts';
import type { RememberedSession } from '../tunnel/session-memory.ts';

/** An engine at work in a worker process, as the process sees it, whichever engine it is. */
export interface RunningEngine {
  /** Takes over a socket that the primary accepted; only for an engine that does not accept by itself. */
  adopt(handle: unknown): void;
  /** Tells of a client whose socket this process had no descriptor for. @returns what the primary is to answer it */
  turnAway(): Uint8Array;
  /** Takes the next slice of the allowed hosts of a configuration to come; calls `done` when it wants the next one. */
  takeRules(hosts: readonly HostGroup[], done: () => void): void;
  /**
   * Puts a configuration into effect, with the hosts taken since the last one instead of `settings.hostGroups`. Open tunnels
   * go on; with `enforce` those that it refuses end.
   * @param done told how many tunnels were ended, once everything new is judged by it
   */
  reconfigure(settings: LoopSettings, enforce: boolean, done: (ended: number) => void): void;
  /** The tunnels of this engine, as far as they fit the query. */
  list(query: TunnelQuery): Promise<TunnelList>;
  /** Takes over TLS sessions that other loops have verified, see `SessionMemory`. */
  remember(sessions: readonly RememberedSession[]): void;
  /** What the primary says about room for tunnels, see `Admission`. */
  roomNoticed(notice: RoomNotice): void;
  /** Turns that the loop has taken, modulo 2^32: a loop that works takes at least one in a second. */
  turns(): number;
  /** Accepts no more, lets tunnels finish for `limitMs`, ends the rest; resolves when the last event line is on its way. */
  drain(limitMs: number): Promise<void>;
}

/** What an engine needs from the process it runs in. */
export interface EngineHost {
  /**
   * Takes finished event lines, "" for none, and what changed in the counters since the last call, null for nothing;
   * calls `done` once they are on their way, however late.
   */
  lines(lines: string, report: MeterReport | null, done: () => void): void;
  /** A TLS session was verified here; the other loops are to know it. */
  sessionLearned(session: RememberedSession): void;
  /** Verifies a server's certificate off the loop, see `tls.serverCertificate`. */
  readonly verifyServer: VerifyServer;
  /** Verifies a password off the loop, see `clients.basicAuth`. */
  readonly verifyCredential: VerifyCredential;
  /** Asks the primary for room for tunnels, and gives it back. */
  room(report: RoomReport): void;
  /** The engine can take connections now. */
  ready(): void;
  /** The engine has lost its footing: `detail` is the stack. The process ends and is replaced. */
  failed(detail: string): void;
}
