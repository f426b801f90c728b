import { extension, pseudoRandom, record, u16, vector } from './bytes.ts';

/**
 * The canned handshake: a well-formed ClientHello with the server name, and a server flight of the shape and size a
 * TLS 1.3 server sends (RFC 8446 section 4.1). A gateway that inspects handshakes is kept busy as by a real one, and
 * no cryptography uses up the processor that the measurement needs.
 */

const HANDSHAKE = 0x16;
const CHANGE_CIPHER_SPEC = 0x14;
const APPLICATION_DATA = 0x17;
const TLS_1_0 = 0x0301;
const TLS_1_2 = 0x0303;
const TLS_1_3 = 0x0304;
const X25519 = 0x001d;
const X25519_BYTES = 32;
const X25519_MLKEM768 = 0x11ec;
const X25519_MLKEM768_BYTES = 1216;
/** EncryptedExtensions, Certificate, CertificateVerify and Finished as one encrypted record: two certificates' worth. */
const ENCRYPTED_FLIGHT_BYTES = 2_400;
/** A ticket of an earlier session (RFC 5077), as clients that come back offer it. */
const TICKET_BYTES = 208;
/** Message head, SHA-256 verify data, inner content type and tag (RFC 8446 sections 4.4.4 and 5.2). */
const FINISHED_BYTES = 4 + 32 + 1 + 16;
const SESSION_ID = pseudoRandom(32, 3);

/** `large`: with a post-quantum key share and a session ticket, so that the hello does not fit one network segment. */
export type HelloSize = 'small' | 'large';

/** A ClientHello in one record. */
export function cannedClientHello(serverName: string, size: HelloSize): Buffer {
  const isLarge = size === 'large';
  const groups = isLarge ? [X25519_MLKEM768, X25519] : [X25519];
  const shares = groups.map((group) =>
    Buffer.concat([
      u16(group),
      vector(2, pseudoRandom(group === X25519 ? X25519_BYTES : X25519_MLKEM768_BYTES, group)),
    ]),
  );
  const name = vector(2, Buffer.of(0), vector(2, Buffer.from(serverName, 'latin1')));
  const extensions = [
    extension(0, name),
    extension(43, vector(1, u16(TLS_1_3), u16(TLS_1_2))),
    extension(10, vector(2, ...groups.map(u16))),
    // ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256
    extension(13, vector(2, u16(0x0403), u16(0x0804))),
    extension(51, vector(2, ...shares)),
    ...(isLarge ? [extension(35, pseudoRandom(TICKET_BYTES, 7))] : []),
  ];
  const body = Buffer.concat([
    u16(TLS_1_2),
    pseudoRandom(32, 2),
    vector(1, SESSION_ID),
    vector(2, ...[0x1301, 0x1302, 0x1303, 0xc02f].map(u16)),
    vector(1, Buffer.of(0)),
    vector(2, ...extensions),
  ]);
  return record(HANDSHAKE, TLS_1_0, Buffer.concat([Buffer.of(1), vector(3, body)]));
}

/**
 * What a TLS 1.3 client ends its handshake with: ChangeCipherSpec and the encrypted Finished. Without it the tunnel would
 * stay in its handshake for whoever watches it, and an idle one would be ended as too slow.
 */
export function cannedClientFinish(): Buffer {
  return Buffer.concat([
    record(CHANGE_CIPHER_SPEC, TLS_1_2, Buffer.of(1)),
    record(APPLICATION_DATA, TLS_1_2, pseudoRandom(FINISHED_BYTES, 8)),
  ]);
}

/** ServerHello, ChangeCipherSpec (middlebox compatibility, RFC 8446 appendix D.4) and one encrypted record. */
export function cannedServerFlight(): Buffer {
  const body = Buffer.concat([
    u16(TLS_1_2),
    pseudoRandom(32, 4),
    vector(1, SESSION_ID),
    u16(0x1301),
    Buffer.of(0),
    vector(
      2,
      extension(43, u16(TLS_1_3)),
      extension(51, Buffer.concat([u16(X25519), vector(2, pseudoRandom(X25519_BYTES, 5))])),
    ),
  ]);
  return Buffer.concat([
    record(HANDSHAKE, TLS_1_2, Buffer.concat([Buffer.of(2), vector(3, body)])),
    record(CHANGE_CIPHER_SPEC, TLS_1_2, Buffer.of(1)),
    record(APPLICATION_DATA, TLS_1_2, pseudoRandom(ENCRYPTED_FLIGHT_BYTES, 6)),
  ]);
}
