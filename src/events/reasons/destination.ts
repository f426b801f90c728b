import type { ReasonRow } from './row.ts';

/** The destination is not allowed, or cannot be reached. */
export const DESTINATION_REASONS = {
  // --- the destination
  'host-not-allowed': {
    event: 105,
    blame: 'policy',
    status: 403,
    proxyError: 'http_request_denied',
    text: 'Target host ({host}) is forbidden. Destination server is not in allowed list.',
  },
  'port-not-allowed': {
    event: 105,
    blame: 'policy',
    status: 403,
    proxyError: 'http_request_denied',
    text: 'Target host ({host}) is forbidden on port {port}. Port is not in allowedPorts.',
  },
  'address-not-allowed': {
    event: 105,
    blame: 'policy',
    status: 403,
    proxyError: 'destination_ip_prohibited',
    text: 'Target host ({host}) is forbidden. Every address it resolves to is refused by the address guard: {detail}.',
  },
  // --- getting there
  'name-not-found': {
    event: 403,
    blame: 'origin',
    status: 502,
    proxyError: 'dns_error',
    text: 'Target host ({host}) does not resolve: {detail}.',
  },
  'name-resolution-failed': {
    event: 403,
    blame: 'origin',
    status: 502,
    proxyError: 'dns_error',
    text: 'Resolving target host ({host}) failed: {detail}.',
  },
  'connection-refused': {
    event: 403,
    blame: 'origin',
    status: 502,
    proxyError: 'connection_refused',
    text: 'Connecting to {destination} was refused: {detail}.',
  },
  unreachable: {
    event: 403,
    blame: 'origin',
    status: 502,
    proxyError: 'destination_ip_unroutable',
    text: 'There is no route to {destination}: {detail}.',
  },
  'connect-failed': {
    event: 403,
    blame: 'origin',
    status: 502,
    proxyError: 'proxy_internal_error',
    text: 'Connecting to {destination} failed: {detail}.',
  },
  'connect-timeout': {
    event: 403,
    blame: 'origin',
    status: 504,
    proxyError: 'connection_timeout',
    text: 'Connecting to {destination} timed out: {detail}.',
  },
  'out-of-resources': {
    event: 403,
    blame: 'capacity',
    status: 503,
    proxyError: 'connection_limit_reached',
    text: 'The gateway is out of {detail}.',
  },
} as const satisfies Record<string, ReasonRow>;
