import type { Fields, Reason, RefusalReason } from '../events/reasons.ts';
import { reasonRow } from '../events/reasons.ts';
import { refusal } from '../http/answer.ts';
import { alertRecord } from '../tls/alert.ts';
import type { Rules } from '../policy/rules.ts';
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

/** Whom an alert in the clear still reaches, and the record version they go by. */
export interface Hearers {
  readonly client: boolean;
  readonly origin: boolean;
  readonly version: number;
}

/** Cuts a handshake that both sides have begun: each gets the alert where it still understands one. */
export function cutHandshake(reason: Reason, fields: Fields, to: Hearers, out: Command[]): void {
  const { event, alert } = reasonRow(reason);
  out.push({ kind: 'report', event, reason, fields });
  if (alert !== undefined) {
    if (to.origin) out.push({ kind: 'send', to: 'origin', bytes: alertRecord(alert, to.version) });
    if (to.client) out.push({ kind: 'send', to: 'client', bytes: alertRecord(alert, to.version) });
  }
  out.push({ kind: 'close', reason, fields, silent: false });
}

/** Does mode "report" let this through? Rules and TLS checks, not what is malformed, late or a fault. */
export function mayPass(reason: Reason, mode: Rules['mode']): boolean {
  if (mode === 'enforce') return false;
  const { event } = reasonRow(reason);
  return event === 105 || event === 106;
}

/** Mode "report": the same event and reason, and `wouldRefuse`. */
export function reportWouldRefuse(reason: Reason, fields: Fields, out: Command[]): void {
  out.push({ kind: 'report', event: reasonRow(reason).event, reason, fields: { ...fields, wouldRefuse: true } });
}

/** The answer to a client whose request is not even read. */
export function refuseUnread(reason: RefusalReason, fields: Fields): Uint8Array {
  return refusal(reason, fields);
}
