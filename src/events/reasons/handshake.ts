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
  'hello-changed': {
    event: 106,
    blame: 'client',
    alert: 'illegal_parameter',
    text: 'The second ClientHello differs from the first: {detail}.',
  },
  'handshake-order': {
    event: 106,
    blame: 'client',
    alert: 'unexpected_message',
    text: 'The client breaks the order of the TLS handshake: {detail}.',
  },
  'handshake-too-large': {
    event: 402,
    blame: 'client',
    alert: 'decode_error',
    text: 'What the client sends in the TLS handshake is larger than limits.handshakeBytes ({limit} bytes).',
  },
  'client-handshake-timeout': {
    event: 403,
    blame: 'client',
    alert: 'handshake_failure',
    text: 'The client did not go on with the TLS handshake within {seconds} s (timeouts.handshake).',
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
  'server-tls-malformed': {
    event: 402,
    blame: 'origin',
    alert: 'decode_error',
    text: 'The TLS handshake message of the destination cannot be parsed: {detail}.',
  },
  'server-version': {
    event: 106,
    blame: 'origin',
    alert: 'protocol_version',
    text: 'The destination selects {selected}; allowed is {allowed}.',
  },
  'server-choice': {
    event: 106,
    blame: 'origin',
    alert: 'illegal_parameter',
    text: 'The destination selects what the client did not offer: {detail}.',
  },
  'server-downgrade': {
    event: 106,
    blame: 'origin',
    alert: 'illegal_parameter',
    text: 'The destination selects {selected} and marks it as a downgrade: somebody on the way to it takes TLS versions out of the ClientHello.',
  },
  'server-handshake-order': {
    event: 106,
    blame: 'origin',
    alert: 'unexpected_message',
    text: 'The destination breaks the order of the TLS handshake: {detail}.',
  },
  'server-handshake-too-large': {
    event: 402,
    blame: 'origin',
    alert: 'decode_error',
    text: 'What the destination sends in the TLS handshake is larger than limits.handshakeBytes ({limit} bytes).',
  },
  'handshake-timeout': {
    event: 403,
    blame: 'origin',
    alert: 'handshake_failure',
    text: 'The destination did not go on with the TLS handshake within {seconds} s (timeouts.handshake).',
  },
  'origin-spoke-first': {
    event: 106,
    blame: 'origin',
    alert: 'unexpected_message',
    text: 'The destination sent bytes before the ClientHello.',
  },
} as const satisfies Record<string, ReasonRow>;
