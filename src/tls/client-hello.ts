import type { Fields, Reason } from '../events/reasons.ts';

/** The facts of a ClientHello (RFC 8446 section 4.1.2) that policy asks about. */
export interface ClientHello {
  /** legacy_version, e.g. 0x0303. */
  readonly legacyVersion: number;
  /** Versions offered, GREASE dropped: supported_versions when present, else legacy_version alone. */
  readonly versions: readonly number[];
  readonly cipherSuites: readonly number[];
  /** legacy_session_id, 0 to 32 bytes; a copy. */
  readonly sessionId: Uint8Array;
  /** host_name of server_name as sent (ASCII), or null when the extension is absent. */
  readonly serverName: string | null;
  /** ALPN protocol names as sent, empty when absent. */
  readonly alpn: readonly string[];
  /** encrypted_client_hello (0xfe0d): absent, outer, or inner (never legal on the wire). */
  readonly encryptedClientHello: 'absent' | 'outer' | 'inner';
  /** Extension types in order, GREASE included. */
  readonly extensions: readonly number[];
  /** Length of a non-empty session_ticket extension (RFC 5077), 0 when absent or empty. */
  readonly ticketBytes: number;
  /** pre_shared_key extension present (TLS 1.3 resumption). */
  readonly preSharedKey: boolean;
  readonly earlyData: boolean;
}

export type ParsedHello =
  | { readonly state: 'need-more' }
  | { readonly state: 'done'; readonly hello: ClientHello }
  | { readonly state: 'malformed'; readonly reason: Reason; readonly fields: Fields };
