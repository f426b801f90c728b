import type { ShownClient } from '../policy/gateway-client.ts';
import { readCertificate } from '../tls/certificate.ts';

/** What a client that speaks TLS to the gateway has shown of itself; facts of the engine. */
export interface ShownCertificate {
  /** DER of the client's own certificate; null: it has shown none. */
  readonly der: Uint8Array | null;
  /** Why its chain leads to none of `listen.tls.clientAuthorities`; "" when it does. */
  readonly problem: string;
}

/** What policy asks about it. @param shown null when the client does not speak TLS to the gateway */
export function shownClient(shown: ShownCertificate | null): ShownClient {
  if (shown === null || shown.der === null) return { subject: null, problem: '' };
  const read = readCertificate(shown.der);
  return read.ok
    ? { subject: read.certificate.subject, problem: shown.problem }
    : { subject: [], problem: read.detail };
}
