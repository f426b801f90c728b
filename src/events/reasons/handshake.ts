import type { ReasonRow } from './row.ts';

/** The TLS handshake is refused. */
export const HANDSHAKE_REASONS = {
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
} as const satisfies Record<string, ReasonRow>;
