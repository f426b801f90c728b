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
  'client-certificate-malformed': {
    event: 402,
    blame: 'client',
    alert: 'bad_certificate',
    text: 'The client certificate cannot be parsed: {detail}.',
  },
  'client-certificate-hidden': {
    event: 106,
    blame: 'policy',
    alert: 'protocol_version',
    text: 'The destination selects {selected}, which hides the client certificate; tls.hiddenClientCertificate is "reject".',
  },
  'resumption-unknown': {
    event: 105,
    blame: 'policy',
    alert: 'handshake_failure',
    text: 'Invalid Client certificate: the session is resumed without showing one, and the gateway has not seen how it began. A full handshake is needed.',
  },
  'server-certificate': {
    event: 106,
    blame: 'origin',
    alert: 'handshake_failure',
    text: 'The certificate of {host} is not valid: {detail}. Subject {subject}, issued by {issuer}.',
  },
} as const satisfies Record<string, ReasonRow>;
