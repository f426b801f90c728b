/** What the verifier and its thread tell each other. Plain data. */

export interface ThreadData {
  /** `tls.trustedCertificates`. */
  readonly trustedCertificates: string;
}

export interface Question {
  readonly chain: readonly Uint8Array[];
  /** Canonical text of a host, IPv6 without brackets. */
  readonly host: string;
  readonly nowMs: number;
}
