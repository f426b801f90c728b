import type { AlertName } from '../events/reasons.ts';

/** Fatal alerts in the clear (RFC 8446 section 6): how a refused client learns why before the connection closes. */

/** Code points of the IANA TLS Alerts registry (read 2026-11). */
const CODES = {
  unexpected_message: 10,
  record_overflow: 22,
  handshake_failure: 40,
  bad_certificate: 42,
  illegal_parameter: 47,
  access_denied: 49,
  decode_error: 50,
  protocol_version: 70,
  internal_error: 80,
  unrecognized_name: 112,
} as const satisfies Record<AlertName, number>;

/** Descriptions a peer may send besides those (RFC 8446 section 6, RFC 5246 section 7.2). */
const OTHERS: Readonly<Record<number, string>> = {
  0: 'close_notify',
  20: 'bad_record_mac',
  30: 'decompression_failure',
  41: 'no_certificate',
  43: 'unsupported_certificate',
  44: 'certificate_revoked',
  45: 'certificate_expired',
  46: 'certificate_unknown',
  48: 'unknown_ca',
  51: 'decrypt_error',
  71: 'insufficient_security',
  86: 'inappropriate_fallback',
  90: 'user_canceled',
  100: 'no_renegotiation',
  109: 'missing_extension',
  110: 'unsupported_extension',
  113: 'bad_certificate_status_response',
  115: 'unknown_psk_identity',
  116: 'certificate_required',
  120: 'no_application_protocol',
};
const NAMES: ReadonlyMap<number, string> = new Map([
  ...Object.entries(CODES).map(([name, code]) => [code, name] as const),
  ...Object.entries(OTHERS).map(([code, name]) => [Number(code), name] as const),
]);

/** The registry's name of an alert, its number where it has none here, "encrypted" for -1. */
export function alertName(code: number): string {
  return code < 0 ? 'encrypted' : (NAMES.get(code) ?? String(code));
}

/**
 * A whole plaintext alert record, ready to send: type 0x15, level fatal, seven bytes, the caller's own copy.
 * @param version of the record, that of the session once it is known; 0x0303 suits any client before (RFC 8446 section 5.1)
 */
export function alertRecord(name: AlertName, version = 0x0303): Uint8Array {
  return Uint8Array.of(0x15, version >> 8, version & 0xff, 0x00, 0x02, 0x02, CODES[name]);
}
