import type { ReasonRow } from './row.ts';

/** The client may not use the gateway, or not now. Refusals for want of room are no warnings: they pass by themselves. */
export const CLIENT_REASONS = {
  'client-not-allowed': {
    event: 105,
    blame: 'policy',
    status: 403,
    proxyError: 'http_request_denied',
    text: 'Client ({address}) is forbidden: {detail}.',
  },
  'authentication-required': {
    event: 100,
    blame: 'client',
    status: 407,
    proxyError: 'http_request_denied',
    text: 'The gateway wants a user name and a password (clients.basicAuth), and the request has none.',
  },
  'authentication-failed': {
    event: 105,
    blame: 'client',
    status: 407,
    proxyError: 'http_request_denied',
    text: 'The user name or the password is wrong.',
  },
  'gateway-busy': {
    event: 100,
    blame: 'capacity',
    status: 503,
    proxyError: 'proxy_internal_error',
    text: 'The gateway cannot decide about the request now: {detail}. Try again.',
  },
  'too-many-tunnels': {
    event: 100,
    blame: 'capacity',
    status: 503,
    proxyError: 'connection_limit_reached',
    text: 'The gateway is full: as many tunnels are open as limits.maxTunnels ({limit}) allows.',
  },
  'too-many-tunnels-of-client': {
    event: 100,
    blame: 'capacity',
    status: 503,
    proxyError: 'connection_limit_reached',
    text: 'Client ({address}) has as many tunnels open as clients.maxTunnelsPerClient ({limit}) allows.',
  },
  'too-many-new-tunnels': {
    event: 100,
    blame: 'capacity',
    status: 503,
    proxyError: 'connection_limit_reached',
    text: 'Client ({address}) opens tunnels faster than clients.newTunnelsPerSecond ({limit}) allows.',
  },
} as const satisfies Record<string, ReasonRow>;
