import type { AlertName } from '../events/reasons.ts';

/** Fatal alerts in the clear (RFC 8446 section 6): how a refused client learns why before the connection closes. */

/** Code points of the IANA TLS Alerts registry (read 2026-11). */
const CODES = {
  unexpected_message: 10,
  record_overflow: 22,
  handshake_failure: 40,
  access_denied: 49,
  decode_error: 50,
  protocol_version: 70,
  internal_error: 80,
  unrecognized_name: 112,
} as const satisfies Record<AlertName, number>;

/**
 * A whole plaintext alert record, ready to send: type 0x15, level fatal, seven bytes, the caller's own copy.
 * @param version of the record; 0x0303 suits any client (RFC 8446 section 5.1), 0x0301 is for those of TLS 1.0
 */
export function alertRecord(name: AlertName, version: 0x0303 | 0x0301 = 0x0303): Uint8Array {
  return Uint8Array.of(0x15, version >> 8, version & 0xff, 0x00, 0x02, 0x02, CODES[name]);
}
