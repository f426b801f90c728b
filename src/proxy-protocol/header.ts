import type { IpAddress } from '../address/ip.ts';
import { readVersion1 } from './version1.ts';
import { readVersion2 } from './version2.ts';

/**
 * The PROXY protocol (haproxy.org, doc/proxy-protocol.txt): what a load balancer sends in front of a connection it passes
 * on, so that the receiver knows whose it is. Both versions, told apart by their first bytes. Bytes to facts; whether the
 * sender is believed is asked elsewhere.
 */

export interface ProxySource {
  readonly address: IpAddress;
  readonly port: number;
}

export type ParsedProxyHeader =
  | { readonly state: 'need-more' }
  /** The first bytes are those of no header: the connection begins with its own. */
  | { readonly state: 'none' }
  /**
   * `source` is null when the header names none (LOCAL, UNKNOWN, a family or protocol that is not TCP over IP): then the
   * sender speaks for itself. What follows `headerBytes` is the connection's.
   */
  | { readonly state: 'done'; readonly source: ProxySource | null; readonly headerBytes: number }
  | { readonly state: 'malformed'; readonly detail: string };

/** "PROXY " (section 2.1). */
export const SIGNATURE_1 = Uint8Array.of(0x50, 0x52, 0x4f, 0x58, 0x59, 0x20);
/** Section 2.2; made so that no other protocol begins with it. */
export const SIGNATURE_2 = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);

const NEED_MORE: ParsedProxyHeader = { state: 'need-more' };
const NONE: ParsedProxyHeader = { state: 'none' };

/**
 * Reads the header at the start of a growing buffer. The verdict comes with the first byte that decides it and does not
 * depend on how the bytes were cut. Headers are bounded: 107 bytes (version 1), `VERSION_2_LIMIT` (version 2).
 * @param buffer everything received so far in its first `length` bytes
 */
export function readProxyHeader(buffer: Uint8Array, length: number): ParsedProxyHeader {
  if (length === 0) return NEED_MORE;
  const second = buffer[0] === SIGNATURE_2[0];
  const signature = second ? SIGNATURE_2 : SIGNATURE_1;
  const end = Math.min(length, signature.length);
  for (let index = 0; index < end; index += 1) if (buffer[index] !== signature[index]) return NONE;
  if (length < signature.length) return NEED_MORE;
  return second ? readVersion2(buffer, length) : readVersion1(buffer, length);
}
