import type { Problem } from '../config/problems.ts';
import type { Status } from './status.ts';

/**
 * What the admin API asks of the gateway: its one way in. Implemented by the primary, and by a table in tests; nothing
 * here knows of workers, sockets or files.
 */
export interface AdminGateway {
  /** Whether new tunnels can come about now; if not, why. */
  readiness(): Readiness;
  status(): Status;
  /** Reads the configuration again and puts it into effect, as SIGHUP does. Never throws. */
  reload(): Promise<ReloadResult>;
  /** Begins to drain, as SIGTERM does; a second call changes nothing. Answers how long tunnels may take, in seconds. */
  drain(): { readonly seconds: number };
}

export type Readiness =
  | { readonly ready: true }
  /** `why` is half a sentence, e.g. "the gateway drains". */
  | { readonly ready: false; readonly why: string };

export type ReloadResult =
  | {
      readonly ok: true;
      /** Keys that are in effect with a new value. */
      readonly changed: readonly string[];
      /** Keys whose new value waits for a restart. */
      readonly needsRestart: readonly string[];
    }
  /** Nothing has changed; the running configuration stays. */
  | { readonly ok: false; readonly problems: readonly Problem[] };
