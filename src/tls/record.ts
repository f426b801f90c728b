/** The record layer (RFC 8446 section 5.1, RFC 5246 section 6.2): what reading records needs to know. */

export const CHANGE_CIPHER_SPEC = 0x14;
export const ALERT = 0x15;
export const HANDSHAKE = 0x16;
export const APPLICATION_DATA = 0x17;

/** Type, version, length. */
export const RECORD_HEAD_BYTES = 5;
/** Type and length of a handshake message. */
export const MESSAGE_HEAD_BYTES = 4;
/** Longest content of a plaintext record. */
export const PLAINTEXT_LIMIT = 1 << 14;
/** Longest content of an encrypted one (RFC 5246 section 6.2.3; TLS 1.3 grants less). */
export const CIPHERTEXT_LIMIT = PLAINTEXT_LIMIT + 2048;

/** Handshake message types (IANA TLS HandshakeType, read 2026-11). */
export const MESSAGE = {
  helloRequest: 0,
  clientHello: 1,
  serverHello: 2,
  newSessionTicket: 4,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
  certificateStatus: 22,
} as const;

const MESSAGE_NAMES: Readonly<Record<number, string>> = {
  [MESSAGE.helloRequest]: 'HelloRequest',
  [MESSAGE.clientHello]: 'ClientHello',
  [MESSAGE.serverHello]: 'ServerHello',
  [MESSAGE.newSessionTicket]: 'NewSessionTicket',
  5: 'EndOfEarlyData',
  8: 'EncryptedExtensions',
  [MESSAGE.certificate]: 'Certificate',
  [MESSAGE.serverKeyExchange]: 'ServerKeyExchange',
  [MESSAGE.certificateRequest]: 'CertificateRequest',
  [MESSAGE.serverHelloDone]: 'ServerHelloDone',
  [MESSAGE.certificateVerify]: 'CertificateVerify',
  [MESSAGE.clientKeyExchange]: 'ClientKeyExchange',
  [MESSAGE.finished]: 'Finished',
  [MESSAGE.certificateStatus]: 'CertificateStatus',
  23: 'SupplementalData',
  24: 'KeyUpdate',
};

/** How a handshake message is called in events: its name, or its type where it has none. */
export function messageName(type: number): string {
  return MESSAGE_NAMES[type] ?? `handshake message of type ${type}`;
}

/** Length of the handshake message whose head is at `at`, the head included. */
export function messageBytes(bytes: Uint8Array, at: number): number {
  return MESSAGE_HEAD_BYTES + (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
}

/** What a first record that is none looks like. @param at where five bytes of it are */
export function describeFirstRecord(window: Uint8Array, at: number): string {
  const first = window[at] ?? 0;
  // SSL 2: two bytes of length with the high bit set, then message type 4, SERVER-HELLO.
  if (first >= 0x80 && window[at + 2] === 4) return 'it looks like an SSL 2 answer';
  if (first >= CHANGE_CIPHER_SPEC && first <= APPLICATION_DATA) {
    return `its record version is ${window[at + 1] ?? 0}.${window[at + 2] ?? 0}`;
  }
  return `its first byte is ${hexByte(first)}`;
}

export function hexByte(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}
