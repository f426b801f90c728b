import type { IpAddress } from '../../address/ip.ts';
import { ipFromBytes } from '../../address/ip.ts';
import { AF_INET, AF_INET6 } from './libc.ts';

/** struct sockaddr_in and sockaddr_in6 (ip(7), ipv6(7)): bytes to address and port, and back. */

export const SOCKET_ADDRESS_BYTES = 28;
const IPV4_BYTES = 16;

/** Writes the structure for an address. @returns its length: 16 bytes for IPv4, 28 for IPv6 */
export function writeSocketAddress(target: Uint8Array, address: IpAddress, port: number): number {
  target.fill(0);
  // sa_family is in the byte order of the machine; every Linux platform koffi has a binary for is little-endian.
  target[0] = address.family === 4 ? AF_INET : AF_INET6;
  target[2] = port >> 8;
  target[3] = port & 0xff;
  target.set(address.bytes, address.family === 4 ? 4 : 8);
  return address.family === 4 ? IPV4_BYTES : SOCKET_ADDRESS_BYTES;
}

/** The port in a structure the kernel has filled. */
export function socketPort(bytes: Uint8Array): number {
  return ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
}

/**
 * Turns the peers of accepted connections into text. Agents come back from few addresses, so the last text is kept: one
 * comparison instead of one conversion.
 */
export class PeerText {
  readonly #last = new Uint8Array(SOCKET_ADDRESS_BYTES);
  #text = '';

  /** @param bytes a sockaddr_in or sockaddr_in6; IPv4-mapped IPv6 becomes IPv4 (RFC 4291 section 2.5.5.2) */
  read(bytes: Uint8Array): string {
    if (this.#text === '' || !this.#isLast(bytes)) {
      this.#last.set(bytes.subarray(0, SOCKET_ADDRESS_BYTES));
      const length = bytes[0] === AF_INET ? 4 : 16;
      const start = bytes[0] === AF_INET ? 4 : 8;
      this.#text = ipFromBytes(bytes.subarray(start, start + length)).text;
    }
    return this.#text;
  }

  #isLast(bytes: Uint8Array): boolean {
    const last = this.#last;
    if (bytes[0] !== last[0]) return false;
    const end = bytes[0] === AF_INET ? 8 : 24;
    for (let index = bytes[0] === AF_INET ? 4 : 8; index < end; index += 1) {
      if (bytes[index] !== last[index]) return false;
    }
    return true;
  }
}
