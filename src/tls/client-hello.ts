import type { Fields, Reason } from '../events/reasons.ts';
import { Cursor, Truncated } from './cursor.ts';
import { EXTENSIONS } from './extensions.ts';
import type { ExtensionFacts } from './extensions.ts';
import { ExtensionTypes } from './extension-types.ts';
import { Misformed } from './misformed.ts';

/**
 * The body of a ClientHello (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2) → facts. No opinion: what is allowed is
 * policy. Every length has to add up exactly; nothing may be left over.
 */

/** The facts of a ClientHello that policy asks about. */
export interface ClientHello extends ExtensionFacts {
  /** legacy_version, e.g. 0x0303. */
  readonly legacyVersion: number;
  /**
   * Versions offered, GREASE dropped: supported_versions when present, else legacy_version alone, but never above
   * TLS 1.2, because that is what a server must make of it then (RFC 8446 section 4.2.1).
   */
  readonly versions: readonly number[];
  readonly cipherSuites: readonly number[];
  /** compression_methods; 0 is always among them. */
  readonly compression: Uint8Array;
  /** legacy_session_id, 0 to 32 bytes; a copy. */
  readonly sessionId: Uint8Array;
  /** Extension types in order, GREASE included. */
  readonly extensions: readonly number[];
}

export type ParsedHello =
  | { readonly state: 'need-more' }
  /** `consumedBytes`: up to the end of the record in which the hello ends; what follows belongs to the stream. */
  | { readonly state: 'done'; readonly hello: ClientHello; readonly consumedBytes: number }
  | { readonly state: 'malformed'; readonly reason: Reason; readonly fields: Fields };

export type ReadHello =
  | { readonly ok: true; readonly hello: ClientHello }
  | { readonly ok: false; readonly reason: Reason; readonly fields: Fields };

const SESSION_ID_LIMIT = 32;
const RANDOM_BYTES = 32;
const PRE_SHARED_KEY = 41;
const TLS_1_2 = 0x0303;
const NULL_COMPRESSION = Uint8Array.of(0);

/**
 * Reads a whole ClientHello without its message head: what lies from `start` to `end` in `bytes`. Refuses with a
 * reason of event 402 or 106; never throws.
 */
export function readClientHello(bytes: Uint8Array, start = 0, end = bytes.length): ReadHello {
  try {
    return { ok: true, hello: readBody(new Cursor(bytes, start, end)) };
  } catch (error) {
    if (error instanceof Truncated) return refuse('tls-malformed', 'a length in the ClientHello is wrong');
    if (error instanceof Misformed) return refuse(error.reason, error.detail);
    throw error;
  }
}

/**
 * What a tunnel keeps of a hello once a TLS 1.3 server has answered: nothing is compared with what was offered any more,
 * and there are as many hellos as clients that have not finished.
 */
export function withoutOffers(hello: ClientHello): ClientHello {
  return { ...hello, ...NO_OFFERS };
}

const NO_OFFERS = {
  supportedVersions: null,
  alpn: [],
  ticket: null,
  versions: [],
  cipherSuites: [],
  sessionId: new Uint8Array(0),
  extensions: [],
} as const satisfies Partial<ClientHello>;

/** GREASE values (RFC 8701): 0x0a0a, 0x1a1a … 0xfafa. */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);
}

function readBody(cursor: Cursor): ClientHello {
  const legacyVersion = cursor.u16();
  cursor.skip(RANDOM_BYTES);
  const sessionId = cursor.copy(cursor.u8());
  if (sessionId.length > SESSION_ID_LIMIT) throw new Misformed('the session id is longer than 32 bytes');
  const suites = cursor.sub16();
  if (suites.left === 0 || suites.left % 2 !== 0) throw new Misformed('the cipher suite list is empty or odd');
  // Made as long as it has to be: a list that grows is kept with room for more.
  const cipherSuites = new Array<number>(suites.left / 2);
  for (let index = 0; index < cipherSuites.length; index += 1) cipherSuites[index] = suites.u16();
  const compression = compressionMethods(cursor.sub8().rest());
  if (!compression.includes(0)) throw new Misformed('null compression is not offered');
  const extensions = new ExtensionTypes();
  // Up to TLS 1.2 the block may be absent altogether (RFC 5246 section 7.4.1.2).
  const facts = cursor.left === 0 ? noFacts() : readExtensions(cursor.sub16(), extensions);
  if (cursor.left > 0) throw new Misformed('bytes follow the extensions');
  const versions = facts.supportedVersions?.filter((version) => !isGrease(version)) ?? [legacyOffer(legacyVersion)];
  return { ...facts, legacyVersion, versions, cipherSuites, compression, sessionId, extensions: extensions.list };
}

/** A copy, but for the one list that nearly every client sends. */
function compressionMethods(methods: Uint8Array): Uint8Array {
  return methods.length === 1 && methods[0] === 0 ? NULL_COMPRESSION : methods.slice();
}

/** What legacy_version offers on its own. Another major version is not TLS and stays what it is. */
function legacyOffer(legacyVersion: number): number {
  return legacyVersion >> 8 === 3 ? Math.min(legacyVersion, TLS_1_2) : legacyVersion;
}

function readExtensions(cursor: Cursor, seen: ExtensionTypes): ExtensionFacts {
  const facts = noFacts();
  let last = -1;
  while (cursor.left > 0) {
    const type = cursor.u16();
    const body = cursor.sub16();
    if (!seen.add(type)) throw new Misformed(`extension ${type} comes twice`);
    if (last === PRE_SHARED_KEY) throw new Misformed('pre_shared_key is not the last extension');
    last = type;
    const read = EXTENSIONS[type];
    if (read === undefined) continue;
    read(body, facts);
    if (body.left > 0) throw new Misformed(`bytes are left over in extension ${type}`);
  }
  return facts;
}

function noFacts(): ExtensionFacts {
  return {
    serverName: null,
    supportedVersions: null,
    alpn: [],
    encryptedClientHello: 'absent',
    ticket: null,
    preSharedKey: false,
    earlyData: false,
  };
}

function refuse(reason: Reason, detail: string): ReadHello {
  return { ok: false, reason, fields: { detail } };
}
