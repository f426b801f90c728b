import type { Sources } from '../config/load.ts';
import { needsPortable } from '../config/needs-portable.ts';
import type { Config } from '../config/schema.ts';
import type { EventId } from '../events/catalogue.ts';
import { EventFeed } from '../events/feed.ts';
import { chooseEngine } from './engine-choice.ts';
import { EventLog } from './event-log.ts';
import { LogFileProblem } from './gateway-log.ts';
import { Primary } from './primary.ts';
import { Telemetry } from './telemetry.ts';

/** What has to be there before the primary can run: a log to write to, and an engine. */

export interface PrimaryOptions {
  readonly config: Config;
  /** Where `config` came from; a reload reads them again. */
  readonly sources: Sources;
  readonly version: string;
}

/** Runs the gateway until it is told to stop. Resolves with the exit code. */
export async function runPrimary({ config, sources, version }: PrimaryOptions): Promise<number> {
  const telemetry = new Telemetry();
  const feed = new EventFeed();
  const reported = (event: EventId): void => {
    telemetry.ownReported(event);
  };
  const log = openLog(config.log, feed, reported);
  if (log === null) return 1;
  try {
    const choice = chooseEngine(config.engine, needsPortable(config));
    if (!choice.ok) {
      log.notice('application-error', { detail: choice.why });
      process.stderr.write(`oms-gateway: engine: ${choice.why}\n`);
      return 1;
    }
    const primary = new Primary({ config, sources, choice, version, log, feed, telemetry });
    return await primary.run();
  } finally {
    telemetry.stop();
    log.close();
  }
}

function openLog(log: Config['log'], feed: EventFeed, reported: (event: EventId) => void): EventLog | null {
  try {
    return new EventLog(log, feed, reported);
  } catch (error) {
    if (!(error instanceof LogFileProblem)) throw error;
    process.stderr.write(`oms-gateway: ${error.key}: ${error.message}\n`);
    return null;
  }
}
