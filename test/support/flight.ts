import { extension, join, u16, vector16, vector8 } from './hello.ts';

/** Builds what follows a ClientHello, byte by byte (RFC 8446 section 4, RFC 5246 section 7.4). */

export interface ServerHelloOptions {
  /** Selected; 0x0304 goes into supported_versions. */
  readonly version?: number;
  readonly legacyVersion?: number;
  readonly random?: Uint8Array;
  readonly sessionId?: Uint8Array;
  readonly cipherSuite?: number;
  readonly compression?: number;
  /** Further extensions: type and body. */
  readonly extensions?: readonly (readonly [number, Uint8Array])[];
}

/** SHA-256 of "HelloRetryRequest", RFC 8446 section 4.1.3. */
export const RETRY_RANDOM = Uint8Array.from(
  Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex'),
);

/** A ServerHello in a record of its own. */
export function buildServerHello(options: ServerHelloOptions = {}): Uint8Array {
  return record(0x16, message(2, serverHelloBody(options)));
}

export function serverHelloBody(options: ServerHelloOptions = {}): Uint8Array {
  const version = options.version ?? 0x0303;
  const extensions = (options.extensions ?? []).map(([type, body]) => extension(type, body));
  if (version === 0x0304) extensions.push(extension(43, u16(version)));
  return join([
    u16(options.legacyVersion ?? Math.min(version, 0x0303)),
    options.random ?? new Uint8Array(32).fill(0x77),
    vector8(options.sessionId ?? new Uint8Array(0)),
    u16(options.cipherSuite ?? (version === 0x0304 ? 0x1301 : 0xc02f)),
    Uint8Array.of(options.compression ?? 0),
    extensions.length === 0 ? new Uint8Array(0) : vector16(join(extensions)),
  ]);
}

/** A handshake message with its head. */
export function message(type: number, body: Uint8Array = new Uint8Array(0)): Uint8Array {
  return join([Uint8Array.of(type, body.length >> 16, (body.length >> 8) & 0xff, body.length & 0xff), body]);
}

/** A record with its head. */
export function record(type: number, content: Uint8Array, version = 0x0303): Uint8Array {
  return join([Uint8Array.of(type), u16(version), u16(content.length), content]);
}

/** Handshake messages, all in one record. */
export function handshake(...messages: readonly Uint8Array[]): Uint8Array {
  return record(0x16, join(messages));
}

export const CHANGE_CIPHER_SPEC = record(0x14, Uint8Array.of(1));
