import { SIGNATURE_2 } from '../../src/proxy-protocol/header.ts';
import { joined } from './feed.ts';

/** A PROXY header of version 2. @param body addresses, ports and TLVs */
export function version2(command: number, kind: number, body: readonly number[]): Uint8Array {
  return joined(SIGNATURE_2, Uint8Array.of(command, kind, body.length >> 8, body.length & 255, ...body));
}
