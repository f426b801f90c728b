import type { ReasonRow } from './row.ts';

/** The relay (upstream) proxy does not lead to the destination. Error types of RFC 9209 section 2.3. */
export const RELAY_REASONS = {
  'relay-unreachable': {
    event: 403,
    blame: 'origin',
    status: 502,
    proxyError: 'destination_unavailable',
    text: 'The relay proxy {relay} cannot be reached: {detail}.',
  },
  'relay-timeout': {
    event: 403,
    blame: 'origin',
    status: 504,
    proxyError: 'connection_timeout',
    text: 'The relay proxy {relay} did not open a tunnel to {destination} within {seconds} s (a share of timeouts.dial).',
  },
  'relay-certificate': {
    event: 403,
    blame: 'origin',
    status: 502,
    proxyError: 'tls_certificate_error',
    text: 'The relay proxy {relay} has no acceptable certificate: {detail}.',
  },
  'relay-refused': {
    event: 403,
    blame: 'origin',
    status: 502,
    proxyError: 'http_request_denied',
    text: 'The relay proxy {relay} does not open a tunnel to {destination}: it answered {receivedStatus}.',
  },
  'relay-authentication': {
    event: 403,
    blame: 'origin',
    status: 502,
    proxyError: 'proxy_configuration_error',
    text: 'The relay proxy {relay} wants another credential (407): {detail}.',
  },
  'relay-malformed': {
    event: 403,
    blame: 'origin',
    status: 502,
    proxyError: 'http_protocol_error',
    text: 'The relay proxy {relay} did not answer with valid HTTP: {detail}.',
  },
  'relay-closed': {
    event: 403,
    blame: 'origin',
    status: 502,
    proxyError: 'connection_terminated',
    text: 'The relay proxy {relay} ended the connection before it answered: {detail}.',
  },
  'relay-loop': {
    event: 403,
    blame: 'origin',
    status: 502,
    proxyError: 'proxy_loop_detected',
    text: 'The relay proxy {relay} is this gateway itself: {detail}.',
  },
} as const satisfies Record<string, ReasonRow>;
