import type { EventId } from '../catalogue.ts';

/** What a reason is made of. Types only; each subject has its own table beside this file. */

export type Blame = 'client' | 'policy' | 'origin' | 'capacity' | 'gateway';

/** TLS alert descriptions the gateway sends (RFC 8446 section 6, code points of the IANA TLS Alerts registry). */
export type AlertName =
  | 'unexpected_message'
  | 'record_overflow'
  | 'handshake_failure'
  | 'bad_certificate'
  | 'illegal_parameter'
  | 'access_denied'
  | 'decode_error'
  | 'protocol_version'
  | 'internal_error'
  | 'unrecognized_name';

export interface ReasonRow {
  readonly event: EventId;
  readonly blame: Blame;
  /** Answer status while the request is unanswered; absent for reasons that only occur after 200. */
  readonly status?: 400 | 403 | 405 | 407 | 408 | 431 | 502 | 503 | 504;
  /** Fatal alert sent to the client when the reason strikes after 200. */
  readonly alert?: AlertName;
  /** RFC 9209 section 2.3 error type for the Proxy-Status field. */
  readonly proxyError?: string;
  /** English sentence; `{name}` is filled from the event's fields. */
  readonly text: string;
}
