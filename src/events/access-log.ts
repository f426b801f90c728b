import type { Reason } from './reasons.ts';
import { reasonRow } from './reasons.ts';
import { REASONS } from './reasons.ts';

/**
 * One line for each tunnel and each refused request in W3C extended log format (W3C working draft WD-logfile-960323), for
 * tools that read the logs of proxies. Made of the event lines; what `log.level` leaves out is missing here too.
 */

const FIELDS = 'date time c-ip c-port cs-method cs-uri sc-status cs-bytes sc-bytes time-taken x-reason x-tunnel';

/** What each file begins with. */
export const ACCESS_HEAD = `#Version: 1.0\n#Software: OMS Gateway\n#Fields: ${FIELDS}\n`;

interface EventLine {
  readonly time: string;
  readonly event: number;
  readonly reason?: string;
  readonly tunnel?: string;
  readonly client?: string;
  readonly destination?: string;
  readonly bytesUp?: number;
  readonly bytesDown?: number;
  readonly durationMs?: number;
}

/** Numbers of events that can end a connection; others are not parsed. */
const ENDS = /"event":(?:100|104|105|403),/;

/** Access lines of event lines, each ending in a line feed; "" when none of them ends a connection. */
export function accessLines(lines: string): string {
  let text = '';
  for (const line of lines.split('\n')) {
    if (ENDS.test(line)) text += accessLine(JSON.parse(line) as EventLine);
  }
  return text;
}

function accessLine(event: EventLine): string {
  const { time, reason, tunnel, client, destination, durationMs } = event;
  if (tunnel === undefined || client === undefined) return '';
  const closes = durationMs !== undefined;
  // A request that is refused has one event and no closing one.
  const refused = closes || !isReason(reason) ? undefined : reasonRow(reason).status;
  if (!closes && refused === undefined) return '';
  const colon = client.lastIndexOf(':');
  const fields = [
    time.slice(0, 10),
    time.slice(11, 23),
    client.slice(0, colon).replace(/^\[|\]$/g, ''),
    client.slice(colon + 1),
    'CONNECT',
    destination ?? '-',
    closes ? 200 : refused,
    event.bytesUp ?? 0,
    event.bytesDown ?? 0,
    closes ? (durationMs / 1000).toFixed(3) : '-',
    reason ?? '-',
    tunnel,
  ];
  return `${fields.join(' ')}\n`;
}

function isReason(name: string | undefined): name is Reason {
  return name !== undefined && Object.hasOwn(REASONS, name);
}
