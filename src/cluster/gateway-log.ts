import type { Config } from '../config/schema.ts';
import { ACCESS_HEAD, accessLines } from '../events/access-log.ts';
import type { LogDestination } from '../events/destination.ts';
import { openLogFile, openStandardOutput } from '../events/destination.ts';
import type { LineSink } from '../events/writer.ts';

/** Everything the primary writes events to: the log, and the access log when one is configured. */
export interface GatewayLog extends LineSink {
  /** Lines that could not be written in time. */
  readonly dropped: number;
  /** Opens the files anew. @returns what went wrong, a sentence each */
  reopen(): string[];
  close(): void;
}

const BYTES_PER_MB = 1_000_000;
const MS_PER_DAY = 86_400_000;

/** A log file cannot be opened; `key` of the configuration names it. */
export class LogFileProblem extends Error {
  readonly key: string;

  constructor(key: string, file: string, cause: unknown) {
    const { code, message } = cause as NodeJS.ErrnoException;
    super(`${file} cannot be opened for appending (${code ?? message})`);
    this.key = key;
  }
}

/** @throws LogFileProblem when a file cannot be opened for appending */
export function openGatewayLog(log: Config['log']): GatewayLog {
  const main = log.file === '' ? openStandardOutput(log.language) : openFile(log, 'file', '');
  if (log.accessFile === '') {
    return gatewayLog([main], (lines) => {
      main.write(lines);
    });
  }
  const access = openAccessFile(log, main);
  return gatewayLog([main, access], (lines) => {
    main.write(lines);
    const text = accessLines(lines);
    if (text !== '') access.write(text);
  });
}

function openAccessFile(log: Config['log'], main: LogDestination): LogDestination {
  try {
    return openFile(log, 'accessFile', ACCESS_HEAD);
  } catch (error) {
    main.close();
    throw error;
  }
}

function gatewayLog(destinations: readonly LogDestination[], write: (lines: string) => void): GatewayLog {
  return {
    write,
    get dropped() {
      return destinations.reduce((sum, { dropped }) => sum + dropped, 0);
    },
    reopen: () => destinations.map((each) => each.reopen()).filter((problem) => problem !== null),
    close: () => {
      for (const each of destinations) each.close();
    },
  };
}

function openFile(log: Config['log'], key: 'file' | 'accessFile', head: string): LogDestination {
  const { maxSizeMb, maxAgeDays, keep, language } = log;
  const path = log[key];
  try {
    const limits = { maxBytes: maxSizeMb * BYTES_PER_MB, maxAgeMs: maxAgeDays * MS_PER_DAY, keep };
    return openLogFile({ path, ...limits, head }, language);
  } catch (error) {
    throw new LogFileProblem(`log.${key}`, path, error);
  }
}
