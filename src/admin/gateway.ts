import type { Authority } from '../address/authority.ts';
import type { Problem } from '../config/problems.ts';
import type { EventFeed } from '../events/feed.ts';
import type { LanguageTag } from '../languages/tags.ts';
import type { HistoryAnswer } from './history.ts';
import type { Status } from './status.ts';
import type { TunnelPage, TunnelQuery } from './tunnels.ts';

/**
 * What the admin API asks of the gateway: its one way in. Implemented by the primary, and by a table in tests; nothing
 * here knows of workers, sockets or files.
 */
export interface AdminGateway {
  /** Whether new tunnels can come about now; if not, why. */
  readiness(): Readiness;
  status(): Status;
  /** The metrics in Prometheus' text format. */
  metrics(): Promise<string>;
  /** The last hour, in steps. */
  history(): HistoryAnswer;
  /** The last events and those to come. */
  readonly feed: Pick<EventFeed, 'recent' | 'follow'>;
  /** The live table of tunnels; null when too many have asked at once. */
  tunnels(query: TunnelQuery): Promise<TunnelPage | null>;
  /** What the rules in effect say of a destination; nothing is resolved or dialed. */
  check(target: Authority, language: LanguageTag): DestinationCheck;
  /** Reads the configuration again and puts it into effect, as SIGHUP does. Never throws. @param enforce end tunnels it refuses */
  reload(enforce: boolean): Promise<ReloadResult>;
  /**
   * Reads the configuration again and replaces the workers one by one, on the same listening socket; where that socket, the
   * engine or the admin API changes, another process takes over. Never throws.
   */
  restart(): Promise<ReloadResult>;
  /** Starts another version on the same listening sockets and drains once it serves. Never throws. @param directory of its package */
  upgrade(directory: string): Promise<UpgradeResult>;
  /** Begins to drain, as SIGTERM does; a second call changes nothing. Answers how long tunnels may take, in seconds. */
  drain(): { readonly seconds: number };
}

export type Readiness =
  | { readonly ready: true }
  /** `why` is half a sentence, e.g. "the gateway drains". */
  | { readonly ready: false; readonly why: string };

export interface DestinationCheck {
  readonly destination: string;
  readonly allowed: boolean;
  /** The rule that allows, or the sentence that refuses. */
  readonly rule: string;
  /** What would have to be configured, when it is refused. */
  readonly remedy: string | null;
}

export type UpgradeResult =
  /** It serves; this gateway drains. */
  | { readonly ok: true; readonly version: string; readonly pid: number }
  /** Nothing has changed; `why` is half a sentence. */
  | { readonly ok: false; readonly why: string };

export type ReloadResult =
  | {
      readonly ok: true;
      /** Keys that are in effect with a new value. */
      readonly changed: readonly string[];
      /** Keys whose new value waits for a restart. */
      readonly needsRestart: readonly string[];
      /** After a restart: the process that has taken over; this one drains. */
      readonly successor?: number;
      /** Tunnels that were ended because the rules refuse them now; only when that was asked for. */
      readonly ended?: number;
    }
  /** Nothing has changed; the running configuration stays. */
  | { readonly ok: false; readonly problems: readonly Problem[] };
