import type { EventId } from './catalogue.ts';

/**
 * Every way in which the gateway says no or a tunnel fails, in one table: which event it is, what the client is told,
 * whose doing it was, and the sentence an operator reads. The union `Reason` is the key set of this table, so a new
 * reason without its row does not compile. Data only; imports nothing but types.
 */

export type Blame = 'client' | 'policy' | 'origin' | 'capacity' | 'gateway';

/** TLS alert descriptions the gateway sends (RFC 8446 section 6, code points of the IANA TLS Alerts registry). */
export type AlertName =
  | 'unexpected_message'
  | 'record_overflow'
  | 'handshake_failure'
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

export const REASONS = {
  // --- the request (RFC 9112, RFC 9110 section 9.3.6)
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
  'request-timeout': {
    event: 403,
    blame: 'client',
    status: 408,
    proxyError: 'http_request_error',
    text: 'The client did not finish its CONNECT request within {seconds} s (timeouts.connectRequest).',
  },
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
  // --- the ClientHello
  'hello-timeout': {
    event: 403,
    blame: 'client',
    alert: 'handshake_failure',
    text: 'The client did not finish its ClientHello within {seconds} s (timeouts.clientHello).',
  },
  'not-tls': {
    event: 106,
    blame: 'client',
    alert: 'unexpected_message',
    text: 'The client does not speak TLS: {detail}.',
  },
  'not-client-hello': {
    event: 106,
    blame: 'client',
    alert: 'unexpected_message',
    text: 'The TLS session does not begin with a ClientHello: {detail}.',
  },
  'tls-malformed': {
    event: 402,
    blame: 'client',
    alert: 'decode_error',
    text: 'The TLS handshake message cannot be parsed: {detail}.',
  },
  'hello-too-large': {
    event: 402,
    blame: 'client',
    alert: 'decode_error',
    text: 'The ClientHello is larger than limits.handshakeBytes ({limit} bytes).',
  },
  'sni-missing': {
    event: 106,
    blame: 'client',
    alert: 'unrecognized_name',
    text: 'The ClientHello carries no server name, but CONNECT asked for {host}.',
  },
  'sni-mismatch': {
    event: 106,
    blame: 'client',
    alert: 'unrecognized_name',
    text: 'The ClientHello asks for server name {sni}, but CONNECT asked for {host}.',
  },
  'sni-invalid': {
    event: 106,
    blame: 'client',
    alert: 'unrecognized_name',
    text: 'The server name in the ClientHello is not valid: {detail}.',
  },
  'tls-version': {
    event: 106,
    blame: 'client',
    alert: 'protocol_version',
    text: 'The client offers {offered}; allowed is {allowed}.',
  },
  'encrypted-client-hello': {
    event: 106,
    blame: 'client',
    alert: 'handshake_failure',
    text: 'The ClientHello carries Encrypted ClientHello, which tls.encryptedClientHello refuses: {detail}.',
  },
  'server-not-tls': {
    event: 106,
    blame: 'origin',
    alert: 'handshake_failure',
    text: 'The destination does not answer the ClientHello with TLS: {detail}.',
  },
  'handshake-timeout': {
    event: 403,
    blame: 'origin',
    alert: 'handshake_failure',
    text: 'The destination did not answer the ClientHello within {seconds} s (timeouts.handshake).',
  },
  'origin-spoke-first': {
    event: 106,
    blame: 'origin',
    alert: 'unexpected_message',
    text: 'The destination sent bytes before the ClientHello.',
  },
  // --- the end of a tunnel
  'client-closed': { event: 100, blame: 'client', text: 'closed by the client' },
  'origin-closed': { event: 100, blame: 'origin', text: 'closed by the destination' },
  'client-reset': { event: 100, blame: 'client', text: 'reset by the client' },
  'origin-reset': { event: 100, blame: 'origin', text: 'reset by the destination' },
  'client-lost': { event: 403, blame: 'client', text: 'The connection to the client was lost: {detail}.' },
  'origin-lost': { event: 403, blame: 'origin', text: 'The connection to the destination was lost: {detail}.' },
  'idle-timeout': { event: 100, blame: 'gateway', text: 'idle for longer than {seconds} s (timeouts.idle)' },
  'half-closed-timeout': {
    event: 100,
    blame: 'gateway',
    text: 'half-closed and silent for longer than {seconds} s (timeouts.halfClosed)',
  },
  'drain-timeout': { event: 100, blame: 'gateway', text: 'still open when the drain time was over' },
  'internal-error': {
    event: 400,
    blame: 'gateway',
    status: 503,
    alert: 'internal_error',
    proxyError: 'proxy_internal_error',
    text: 'Application error: {detail}.',
  },
} as const satisfies Record<string, ReasonRow>;

export type Reason = keyof typeof REASONS;
/** Reasons that carry an answer status: what may end a connection before 200. */
export type RefusalReason = { [R in Reason]: (typeof REASONS)[R] extends { status: number } ? R : never }[Reason];

/** The row of a reason with its optional columns visible to the type checker. */
export function reasonRow(reason: Reason): ReasonRow {
  return REASONS[reason];
}

/** Values for the placeholders of a reason's text, and extra fields of its event. Never a secret, never raw bytes. */
export type Fields = Readonly<Record<string, string | number | boolean | readonly string[]>>;
