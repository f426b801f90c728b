import type { ReasonRow } from './row.ts';

/** Clients that speak TLS to the gateway itself (`listen.tls`). */
export const GATEWAY_TLS_REASONS = {
  'gateway-handshake-failed': {
    event: 402,
    blame: 'client',
    text: 'The TLS handshake of a client with the gateway failed: {detail}.',
  },
  'gateway-certificate-missing': {
    event: 105,
    blame: 'policy',
    status: 403,
    proxyError: 'http_request_denied',
    text: 'Invalid Client certificate: this gateway asks its clients for one, and the client has shown none.',
  },
  'gateway-certificate-untrusted': {
    event: 105,
    blame: 'policy',
    status: 403,
    proxyError: 'http_request_denied',
    text: 'Invalid Client certificate: {subject}; it is not one of the authorities of listen.tls.clientAuthorities ({detail}).',
  },
  'gateway-certificate-not-allowed': {
    event: 105,
    blame: 'policy',
    status: 403,
    proxyError: 'http_request_denied',
    text: 'Invalid Client certificate: {subject}.',
  },
} as const satisfies Record<string, ReasonRow>;
