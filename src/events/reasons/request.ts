import type { ReasonRow } from './row.ts';

/** The request is refused (RFC 9112, RFC 9110 section 9.3.6). */
export const REQUEST_REASONS = {
  'not-http': {
    event: 104,
    blame: 'client',
    status: 400,
    proxyError: 'http_request_error',
    text: 'The request is not HTTP: {detail}.',
  },
  'not-connect': {
    event: 104,
    blame: 'client',
    status: 405,
    proxyError: 'http_request_denied',
    text: 'The request method {method} is not CONNECT.',
  },
  'malformed-request': {
    event: 104,
    blame: 'client',
    status: 400,
    proxyError: 'http_request_error',
    text: 'The CONNECT request is malformed: {detail}.',
  },
  'malformed-target': {
    event: 104,
    blame: 'client',
    status: 400,
    proxyError: 'http_request_error',
    text: 'The CONNECT target is not a valid host:port: {detail}.',
  },
  'header-too-large': {
    event: 104,
    blame: 'client',
    status: 431,
    proxyError: 'http_request_error',
    text: 'The CONNECT request header section is larger than limits.headerBytes ({limit} bytes).',
  },
  'proxy-header-malformed': {
    event: 104,
    blame: 'client',
    text: 'The PROXY header of the load balancer is malformed: {detail}.',
  },
  'proxy-header-missing': {
    event: 104,
    blame: 'client',
    text: 'The connection does not begin with a PROXY header, which listen.proxyProtocol requires.',
  },
  'proxy-not-trusted': {
    event: 104,
    blame: 'policy',
    text: 'The connection is not of a load balancer in listen.trustedProxies, and listen.proxyProtocol is "require".',
  },
  'request-timeout': {
    event: 403,
    blame: 'client',
    status: 408,
    proxyError: 'http_request_error',
    text: 'The client did not finish its CONNECT request within {seconds} s (timeouts.connectRequest).',
  },
} as const satisfies Record<string, ReasonRow>;
