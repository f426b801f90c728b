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

/** Answers null when a file cannot be opened, which has been told on standard error then. */
export function openGatewayLog(log: Config['log']): GatewayLog | null {
  const main = open('log.file', () => (log.file === '' ? openStandardOutput() : openFile(log, log.file, '')));
  if (main === null) return null;
  if (log.accessFile === '')
    return gatewayLog([main], (lines) => {
      main.write(lines);
    });
  const access = open('log.accessFile', () => openFile(log, log.accessFile, ACCESS_HEAD));
  if (access === null) {
    main.close();
    return null;
  }
  return gatewayLog([main, access], (lines) => {
    main.write(lines);
    const text = accessLines(lines);
    if (text !== '') access.write(text);
  });
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

function openFile({ maxSizeMb, maxAgeDays, keep }: Config['log'], path: string, head: string): LogDestination {
  return openLogFile({ path, maxBytes: maxSizeMb * BYTES_PER_MB, maxAgeMs: maxAgeDays * MS_PER_DAY, keep, head });
}

function open(key: string, opened: () => LogDestination): LogDestination | null {
  try {
    return opened();
  } catch (error) {
    const { code, message, path = '' } = error as NodeJS.ErrnoException;
    process.stderr.write(`oms-gateway: ${key}: ${path} cannot be opened for appending (${code ?? message})\n`);
    return null;
  }
}
