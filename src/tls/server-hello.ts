import { Cursor, Truncated } from './cursor.ts';
import { Misformed } from './misformed.ts';

/**
 * The body of a ServerHello (RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3) → facts; HelloRetryRequest is one of them.
 * No opinion: whether the choice is allowed, and was offered at all, is policy.
 */

export interface ServerHello {
  readonly legacyVersion: number;
  /** The version of the session: supported_versions when present, else legacy_version. */
  readonly version: number;
  /** The server asks for another ClientHello (RFC 8446 section 4.1.4). */
  readonly isRetry: boolean;
  /** The random ends with the mark of RFC 8446 section 4.1.3: the server could do better than it was asked to. */
  readonly marksDowngrade: boolean;
  /** 0 to 32 bytes; a view, valid as long as the body. */
  readonly sessionId: Uint8Array;
  readonly cipherSuite: number;
  readonly compression: number;
  /** NewSessionTicket will follow, up to TLS 1.2 (RFC 5077 section 3.2). */
  readonly issuesTicket: boolean;
  /** CertificateStatus may follow the certificate, up to TLS 1.2 (RFC 6066 section 8, RFC 6961). */
  readonly staplesStatus: boolean;
  /** A TLS 1.3 session is resumed, or begun with a key both sides know. */
  readonly usesPreSharedKey: boolean;
}

export type ReadServerHello =
  { readonly ok: true; readonly hello: ServerHello } | { readonly ok: false; readonly detail: string };

/** SHA-256 of "HelloRetryRequest", RFC 8446 section 4.1.3. */
const RETRY_RANDOM = Uint8Array.of(
  ...[0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91],
  ...[0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c],
);
/** "DOWNGRD", then 1 for TLS 1.2 and 0 for what is below. */
const DOWNGRADE = Uint8Array.of(0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44);
const RANDOM_BYTES = 32;
const SESSION_ID_LIMIT = 32;

const STATUS_REQUEST = 5;
const STATUS_REQUEST_V2 = 17;
const SESSION_TICKET = 35;
const PRE_SHARED_KEY = 41;
const SUPPORTED_VERSIONS = 43;

/** Reads a whole ServerHello without its message head. Never throws. */
export function readServerHello(body: Uint8Array): ReadServerHello {
  try {
    return { ok: true, hello: readBody(new Cursor(body)) };
  } catch (error) {
    if (error instanceof Truncated) return { ok: false, detail: 'a length in the ServerHello is wrong' };
    if (error instanceof Misformed) return { ok: false, detail: error.detail };
    throw error;
  }
}

function readBody(cursor: Cursor): ServerHello {
  const legacyVersion = cursor.u16();
  const random = cursor.take(RANDOM_BYTES);
  const sessionId = cursor.take(cursor.u8());
  if (sessionId.length > SESSION_ID_LIMIT) throw new Misformed('the session id of the ServerHello is too long');
  const cipherSuite = cursor.u16();
  const compression = cursor.u8();
  const facts = { version: legacyVersion, issuesTicket: false, staplesStatus: false, usesPreSharedKey: false };
  // Up to TLS 1.2 the block may be absent altogether.
  if (cursor.left > 0) readExtensions(cursor.sub16(), facts);
  if (cursor.left > 0) throw new Misformed('bytes follow the extensions of the ServerHello');
  return {
    legacyVersion,
    isRetry: matches(random, 0, RETRY_RANDOM),
    marksDowngrade: matches(random, 24, DOWNGRADE) && (random[31] ?? 2) <= 1,
    sessionId,
    cipherSuite,
    compression,
    ...facts,
  };
}

interface ExtensionFacts {
  version: number;
  issuesTicket: boolean;
  staplesStatus: boolean;
  usesPreSharedKey: boolean;
}

function readExtensions(cursor: Cursor, facts: ExtensionFacts): void {
  const seen: number[] = [];
  while (cursor.left > 0) {
    const type = cursor.u16();
    const length = cursor.u16();
    if (seen.includes(type)) throw new Misformed(`extension ${type} comes twice in the ServerHello`);
    // A ServerHello has a handful; the bound keeps the search above short.
    if (seen.length === EXTENSION_LIMIT) throw new Misformed(`the ServerHello has over ${EXTENSION_LIMIT} extensions`);
    seen.push(type);
    if (type === SUPPORTED_VERSIONS) {
      if (length !== 2) throw new Misformed('the selected version does not have two bytes');
      facts.version = cursor.u16();
      continue;
    }
    cursor.skip(length);
    if (type === SESSION_TICKET) facts.issuesTicket = true;
    else if (type === STATUS_REQUEST || type === STATUS_REQUEST_V2) facts.staplesStatus = true;
    else if (type === PRE_SHARED_KEY) facts.usesPreSharedKey = true;
  }
}

const EXTENSION_LIMIT = 64;

function matches(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index += 1) if (bytes[at + index] !== expected[index]) return false;
  return true;
}
