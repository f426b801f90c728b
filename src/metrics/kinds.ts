import type { Reason } from '../events/reasons.ts';
import { reasonRow } from '../events/reasons.ts';
import { GATEWAY_TLS_REASONS } from '../events/reasons/gateway-tls.ts';
import { REASON_NAMES } from './slots.ts';

/** Which reasons count as what. A rejection is a no of the gateway; a failure is a network that did not do its part. */

/** Refusals by a rule: of the request, the destination, the client or the TLS session, or for want of room. */
export function isRejection(reason: Reason): boolean {
  const { event, status } = reasonRow(reason);
  return event === 104 || event === 105 || event === 106 || event === 402 || (event === 100 && status !== undefined);
}

/** Those that the reference counts in its Rejection Count: the TLS session was refused, or its client certificate. */
export function isTlsRejection(reason: Reason): boolean {
  const { event, alert } = reasonRow(reason);
  if (event !== 105) return event === 106 || event === 402;
  return alert !== undefined || Object.hasOwn(GATEWAY_TLS_REASONS, reason);
}

/** What mode "report" lets through: refusals by rules and TLS checks. */
export function isReportable(reason: Reason): boolean {
  const { event } = reasonRow(reason);
  return event === 105 || event === 106;
}

/** Network errors: resolving, connecting, losing, waiting in vain. */
export function isFailure(reason: Reason): boolean {
  return reasonRow(reason).event === 403;
}

/** How an open tunnel can end: anything but a refusal of a request that got no destination. */
export function isEnding(reason: Reason): boolean {
  const { event, status } = reasonRow(reason);
  const hasNoTunnel = event === 104 || reason === 'gateway-handshake-failed';
  return status === undefined && !hasNoTunnel && reason !== 'still-open';
}

export const REJECTIONS: readonly Reason[] = REASON_NAMES.filter(isRejection);
export const TLS_REJECTIONS: readonly Reason[] = REASON_NAMES.filter(isTlsRejection);
export const REPORTABLE: readonly Reason[] = REASON_NAMES.filter(isReportable);
export const FAILURES: readonly Reason[] = REASON_NAMES.filter(isFailure);
export const ENDINGS: readonly Reason[] = REASON_NAMES.filter(isEnding);
