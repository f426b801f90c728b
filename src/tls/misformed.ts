import type { Reason } from '../events/reasons.ts';

/** What a TLS parser throws at itself when a message breaks its format; caught by the parser's public function. */
export class Misformed extends Error {
  readonly detail: string;
  readonly reason: Reason;

  constructor(detail: string, reason: Reason = 'tls-malformed') {
    super(detail);
    this.detail = detail;
    this.reason = reason;
  }
}
