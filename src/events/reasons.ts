import type { Values } from '../languages/text.ts';
import { CERTIFICATE_REASONS } from './reasons/certificate.ts';
import { CLIENT_REASONS } from './reasons/client.ts';
import { DESTINATION_REASONS } from './reasons/destination.ts';
import { ENDING_REASONS } from './reasons/ending.ts';
import { GATEWAY_TLS_REASONS } from './reasons/gateway-tls.ts';
import { HANDSHAKE_REASONS } from './reasons/handshake.ts';
import { RELAY_REASONS } from './reasons/relay.ts';
import { REQUEST_REASONS } from './reasons/request.ts';
import type { ReasonRow } from './reasons/row.ts';

/**
 * Every way in which the gateway says no or a tunnel fails, in one table: which event it is, what the client is told,
 * whose doing it was, and the sentence an operator reads. The union `Reason` is the key set of this table, so a new
 * reason without its row does not compile. Data only.
 */

export type { AlertName, Blame, ReasonRow } from './reasons/row.ts';

export const REASONS = {
  ...REQUEST_REASONS,
  ...CLIENT_REASONS,
  ...DESTINATION_REASONS,
  ...RELAY_REASONS,
  ...HANDSHAKE_REASONS,
  ...CERTIFICATE_REASONS,
  ...GATEWAY_TLS_REASONS,
  ...ENDING_REASONS,
} as const satisfies Record<string, ReasonRow>;

export type Reason = keyof typeof REASONS;
/** Reasons that carry an answer status: what may end a connection before 200. */
export type RefusalReason = { [R in Reason]: (typeof REASONS)[R] extends { status: number } ? R : never }[Reason];

/** The row of a reason with its optional columns visible to the type checker. */
export function reasonRow(reason: Reason): ReasonRow {
  return REASONS[reason];
}

/** Values for the placeholders of a reason's text, and extra fields of its event. Never a secret, never raw bytes. */
export type Fields = Values;
