import type { ReasonRow } from './row.ts';

/** A certificate in the TLS handshake is refused. */
export const CERTIFICATE_REASONS = {
  'client-certificate-not-allowed': {
    event: 105,
    blame: 'policy',
    alert: 'access_denied',
    text: 'Invalid Client certificate: {subject}',
  },
  'client-certificate-missing': {
    event: 105,
    blame: 'policy',
    alert: 'access_denied',
    text: 'Invalid Client certificate: the destination asks for one and the client sends none.',
  },
  'client-certificate-not-requested': {
    event: 105,
    blame: 'policy',
    alert: 'access_denied',
    text: 'Invalid Client certificate: the destination asks for none, but tls.clientCertificate is "always".',
  },
  'server-certificate': {
    event: 106,
    blame: 'origin',
    alert: 'handshake_failure',
    text: 'The certificate of {host} is not valid: {detail}. Subject {subject}, issued by {issuer}.',
  },
} as const satisfies Record<string, ReasonRow>;
