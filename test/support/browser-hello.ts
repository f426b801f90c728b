import type { HelloOptions } from './hello.ts';
import { join, u16, vector16, vector8 } from './hello.ts';

/**
 * Options for a ClientHello shaped like a current browser's: GREASE in every list (RFC 8701), an X25519MLKEM768 key
 * share of 1,216 bytes, which makes it larger than a network segment, and a meaningless encrypted_client_hello
 * (RFC 9849 section 6.2). Made by hand; key material is filler.
 */
export function browserHello(serverName: string): HelloOptions {
  return {
    serverName,
    versions: [0x7a7a, 0x0304, 0x0303],
    cipherSuites: [0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f],
    alpn: ['h2', 'http/1.1'],
    extensions: [
      [0x4a4a, new Uint8Array(0)],
      [10, vector16(join([0x1a1a, 0x11ec, 0x001d, 0x0017].map(u16)))],
      [13, vector16(join([0x0403, 0x0804, 0x0401].map(u16)))],
      [51, vector16(join([keyShare(0x1a1a, 1), keyShare(0x11ec, 1216), keyShare(0x001d, 32)]))],
      [35, new Uint8Array(0)],
      [0xfe0d, greaseEncryptedHello()],
      [0xdada, Uint8Array.of(0)],
    ],
  };
}

/** An outer encrypted_client_hello with HKDF-SHA256, AES-128-GCM, a 32-byte enc and a payload of filler. */
export function greaseEncryptedHello(payloadBytes = 176): Uint8Array {
  return join([
    Uint8Array.of(0),
    u16(0x0001),
    u16(0x0001),
    Uint8Array.of(0x42),
    vector16(new Uint8Array(32).fill(0xe5)),
    vector16(new Uint8Array(payloadBytes).fill(0xc7)),
  ]);
}

/** A pre_shared_key with one identity and one binder per entry of `identities`. */
export function preSharedKeys(identities: readonly Uint8Array[], binders = identities.length): Uint8Array {
  return join([
    vector16(join(identities.map((identity) => join([vector16(identity), new Uint8Array(4)])))),
    vector16(join(Array.from({ length: binders }, () => vector8(new Uint8Array(32).fill(0xb1))))),
  ]);
}

function keyShare(group: number, bytes: number): Uint8Array {
  return join([u16(group), vector16(new Uint8Array(bytes).fill(0x6b))]);
}
