import type { Cursor } from './cursor.ts';
import { latin1Text } from './latin1.ts';
import { Misformed } from './misformed.ts';

/**
 * The ClientHello extensions the gateway reads, one function each (IANA TLS ExtensionType Values, read 2026-11).
 * Others are skipped by their length.
 */

export interface ExtensionFacts {
  /** host_name of server_name as sent, or null when the extension is absent. */
  serverName: string | null;
  /** supported_versions as sent, GREASE included, or null when absent. */
  supportedVersions: readonly number[] | null;
  /** ALPN protocol names as sent, empty when absent. */
  alpn: readonly string[];
  /** encrypted_client_hello: absent, outer, or inner (never legal on the wire). */
  encryptedClientHello: 'absent' | 'outer' | 'inner';
  /** The session_ticket extension (RFC 5077), null when absent or empty; a view, valid as long as the hello's bytes. */
  ticket: Uint8Array | null;
  /** pre_shared_key is present (TLS 1.3 resumption). */
  preSharedKey: boolean;
  earlyData: boolean;
}

type ReadExtension = (body: Cursor, facts: ExtensionFacts) => void;

export const EXTENSIONS: Readonly<Record<number, ReadExtension>> = {
  0: serverName,
  16: alpn,
  35: (body, facts) => {
    if (body.left > 0) facts.ticket = body.rest();
  },
  41: preSharedKey,
  42: (_, facts) => {
    facts.earlyData = true;
  },
  43: supportedVersions,
  0xfe0d: encryptedClientHello,
};

/** RFC 6066 section 3. One name of type host_name: peers disagree on what several would mean. */
function serverName(body: Cursor, facts: ExtensionFacts): void {
  const list = body.sub16();
  if (list.left === 0) throw new Misformed('the server name list is empty', 'sni-invalid');
  const type = list.u8();
  if (type !== 0) throw new Misformed(`a server name has the unknown type ${type}`, 'sni-invalid');
  const name = list.sub16();
  if (list.left > 0) {
    // A second name must be one: otherwise it is a length that lies.
    list.u8();
    list.sub16();
    throw new Misformed('there is more than one server name', 'sni-invalid');
  }
  if (name.left === 0) throw new Misformed('the server name is empty', 'sni-invalid');
  const bytes = name.rest();
  for (const byte of bytes) {
    if (byte <= 0x20 || byte >= 0x7f) throw new Misformed('the server name is not printable ASCII', 'sni-invalid');
  }
  facts.serverName = latin1Text(bytes);
}

/** RFC 7301 section 3.1. */
function alpn(body: Cursor, facts: ExtensionFacts): void {
  const list = body.sub16();
  const names: string[] = [];
  while (list.left > 0) {
    const name = list.sub8().rest();
    if (name.length === 0) throw new Misformed('an ALPN protocol name is empty');
    names.push(latin1Text(name));
  }
  if (names.length === 0) throw new Misformed('the ALPN list is empty');
  facts.alpn = names;
}

/** RFC 8446 section 4.2.11: identities with their ages, and a binder for each. */
function preSharedKey(body: Cursor, facts: ExtensionFacts): void {
  const identities = body.sub16();
  const binders = body.sub16();
  let balance = 0;
  if (identities.left === 0) throw new Misformed('pre_shared_key offers nothing');
  for (; identities.left > 0; balance += 1) {
    if (identities.sub16().left === 0) throw new Misformed('an identity in pre_shared_key is empty');
    identities.skip(4);
  }
  for (; binders.left > 0; balance -= 1) {
    if (binders.sub8().left < 32) throw new Misformed('a binder in pre_shared_key is shorter than 32 bytes');
  }
  if (balance !== 0) throw new Misformed('pre_shared_key does not have one binder for each identity');
  facts.preSharedKey = true;
}

/** RFC 8446 section 4.2.1. */
function supportedVersions(body: Cursor, facts: ExtensionFacts): void {
  const list = body.sub8();
  if (list.left === 0 || list.left % 2 !== 0) throw new Misformed('the list of supported versions is empty or odd');
  const versions: number[] = [];
  while (list.left > 0) versions.push(list.u16());
  facts.supportedVersions = versions;
}

/** RFC 9849 section 5: type, then for the outer form cipher suite, config id, enc and payload. */
function encryptedClientHello(body: Cursor, facts: ExtensionFacts): void {
  const type = body.u8();
  if (type === 1) {
    facts.encryptedClientHello = 'inner';
    return;
  }
  if (type !== 0) throw new Misformed('encrypted_client_hello has an unknown type');
  // HPKE KDF and AEAD, two bytes each, and the config id.
  body.skip(5);
  body.sub16();
  if (body.sub16().left === 0) throw new Misformed('the payload of encrypted_client_hello is empty');
  facts.encryptedClientHello = 'outer';
}
