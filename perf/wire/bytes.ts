/** Length-prefixed structures of TLS (RFC 8446 section 3.4), for the few messages that the harness makes itself. */

export function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

/** @param prefixBytes how many bytes the length in front takes */
export function vector(prefixBytes: 1 | 2 | 3, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUIntBE(body.length, 0, prefixBytes);
  return Buffer.concat([prefix, body]);
}

/** A record: content type, legacy version and body (RFC 8446 section 5.1). */
export function record(type: number, version: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(type), u16(version), vector(2, body)]);
}

export function extension(type: number, body: Uint8Array): Buffer {
  return Buffer.concat([u16(type), vector(2, body)]);
}

/** Bytes that look random and are the same in every run and thread: both ends can tell what must arrive. */
export function pseudoRandom(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed >>> 0 || 1;
  for (let at = 0; at < length; at += 1) {
    // xorshift32 (Marsaglia 2003)
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state & 0xff;
  }
  return bytes;
}
