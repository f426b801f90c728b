/**
 * IP addresses as bytes. Text is read once and judged never: two spellings of one address are one address here
 * (CVE-2024-29415 is what happens otherwise).
 */

/** An address in network byte order: 4 bytes (IPv4) or 16 bytes (IPv6, never IPv4-mapped; those become IPv4). */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
  /** Canonical text: dotted decimal, or RFC 5952. */
  readonly text: string;
}
