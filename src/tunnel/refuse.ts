import type { Fields, Reason, RefusalReason } from '../events/reasons.ts';
import { reasonRow } from '../events/reasons.ts';
import { refusal } from '../http/answer.ts';
import { alertRecord } from '../tls/alert.ts';
import type { Command } from './command.ts';

/**
 * How a session says no: the numbered event, the answer the client can still understand (an HTTP answer before 200, a
 * fatal alert after it), then the end of both sides.
 */

/** Refuses a request that has not been answered yet. */
export function refuseRequest(reason: RefusalReason, fields: Fields, out: Command[]): void {
  out.push({ kind: 'report', event: reasonRow(reason).event, reason, fields });
  out.push({ kind: 'send', to: 'client', bytes: refusal(reason, fields) });
  out.push({ kind: 'close', reason, fields, silent: true });
}

/** Refuses a tunnel whose TLS handshake is still in the clear. */
export function refuseHandshake(reason: Reason, fields: Fields, out: Command[]): void {
  const row = reasonRow(reason);
  out.push({ kind: 'report', event: row.event, reason, fields });
  if (row.alert !== undefined) out.push({ kind: 'send', to: 'client', bytes: alertRecord(row.alert) });
  out.push({ kind: 'close', reason, fields, silent: false });
}

/** The answer to a client whose request is not even read. */
export function refuseUnread(reason: RefusalReason, fields: Fields): Uint8Array {
  return refusal(reason, fields);
}
