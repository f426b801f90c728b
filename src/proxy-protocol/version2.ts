import { ipFromBytes } from '../address/ip.ts';
import type { ParsedProxyHeader, ProxySource } from './header.ts';

/** Version 2: binary, with a length of its own (section 2.2). TLVs behind the addresses are skipped, CRC32c included. */

/**
 * Longest header that is taken, its first 16 bytes included. Balancers send less than 536 bytes (one segment), unless
 * they add a client's certificate.
 */
export const VERSION_2_LIMIT = 4096;

const VERSION_COMMAND_AT = 12;
const FAMILY_PROTOCOL_AT = 13;
const LENGTH_AT = 14;
const FIXED_BYTES = 16;

const LOCAL = 0x20;
const PROXY = 0x21;
const TCP_OVER_IPV4 = 0x11;
const TCP_OVER_IPV6 = 0x21;
/** Bytes of both addresses and both ports, by family: UNSPEC, IPv4, IPv6, UNIX. */
const ADDRESS_BYTES = [0, 12, 36, 216] as const;
/** UNSPEC, STREAM, DGRAM. */
const LAST_PROTOCOL = 2;

/** @param buffer begins with the signature */
export function readVersion2(buffer: Uint8Array, length: number): ParsedProxyHeader {
  const command = buffer[VERSION_COMMAND_AT] ?? 0;
  if (length > VERSION_COMMAND_AT && command !== LOCAL && command !== PROXY)
    return malformed('its version or command is not one');
  const kind = buffer[FAMILY_PROTOCOL_AT] ?? 0;
  const addressBytes = ADDRESS_BYTES[kind >> 4];
  // LOCAL ignores the family, "including" what it is.
  if (length > FAMILY_PROTOCOL_AT && command === PROXY && (addressBytes === undefined || (kind & 15) > LAST_PROTOCOL))
    return malformed('its address family or protocol is not one');
  if (length < FIXED_BYTES) return { state: 'need-more' };
  const bodyBytes = ((buffer[LENGTH_AT] ?? 0) << 8) | (buffer[LENGTH_AT + 1] ?? 0);
  const headerBytes = FIXED_BYTES + bodyBytes;
  if (headerBytes > VERSION_2_LIMIT) return malformed(`it is longer than ${VERSION_2_LIMIT} bytes`);
  if (command === PROXY && bodyBytes < (addressBytes ?? 0))
    return malformed('its length has no room for its addresses');
  if (length < headerBytes) return { state: 'need-more' };
  return { state: 'done', source: command === PROXY ? sourceOf(buffer, kind) : null, headerBytes };
}

/** Null for what is not TCP over IP: the specification wants that treated as unknown. */
function sourceOf(buffer: Uint8Array, kind: number): ProxySource | null {
  if (kind !== TCP_OVER_IPV4 && kind !== TCP_OVER_IPV6) return null;
  const addressBytes = kind === TCP_OVER_IPV4 ? 4 : 16;
  // Source address, destination address, source port, destination port.
  const portAt = FIXED_BYTES + 2 * addressBytes;
  const address = ipFromBytes(buffer.subarray(FIXED_BYTES, FIXED_BYTES + addressBytes));
  return { address, port: ((buffer[portAt] ?? 0) << 8) | (buffer[portAt + 1] ?? 0) };
}

function malformed(detail: string): ParsedProxyHeader {
  return { state: 'malformed', detail };
}
