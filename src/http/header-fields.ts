import { parsePort } from '../address/authority.ts';
import { parseHost } from '../address/host.ts';
import { utf8Text } from './utf8.ts';

/**
 * The header fields of a CONNECT request. Few matter to a proxy, but all must be well formed: a malformed field is how
 * requests are smuggled (RFC 9112 section 11.2).
 */

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Fields that must not come twice: each would then have two readings. */
const SINGLE = new Set(['host', 'proxy-authorization', 'content-length']);
/** All others are forgotten as soon as they are found well formed. */
const KEPT = new Set([...SINGLE, 'user-agent']);
const USER_AGENT_LIMIT = 200;

/** The fields of one request, taken line by line. */
export class HeaderFields {
  readonly #found = new Map<string, string>();

  get host(): string | null {
    return this.#found.get('host') ?? null;
  }

  /** As sent; never logged. */
  get proxyAuthorization(): string | null {
    return this.#found.get('proxy-authorization') ?? null;
  }

  /** Printable ASCII, at most 200 characters. */
  get userAgent(): string | null {
    return printable(this.#found.get('user-agent'));
  }

  /**
   * @param line one field line without its CR LF, one character per byte; control characters have been refused before
   * @param target the request target as sent, found well formed: a Host field that repeats it is well formed too
   * @returns what is wrong with it, without repeating any value, or null
   */
  add(line: string, target: string): string | null {
    return readLine(line, target, this.#found);
  }
}

function readLine(line: string, target: string, found: Map<string, string>): string | null {
  if (line.startsWith(' ') || line.startsWith('\t')) return 'a header line begins with white space (obs-fold)';
  const colon = line.indexOf(':');
  if (colon < 0) return 'a header line has no colon';
  const name = line.slice(0, colon);
  if (name.endsWith(' ') || name.endsWith('\t')) return 'there is white space before the colon of a header field';
  if (!NAME.test(name)) return 'a header field name is not a token';
  const lower = name.toLowerCase();
  const value = withoutPadding(line, colon + 1);
  if (lower === 'transfer-encoding') return 'a CONNECT request has no body, so no Transfer-Encoding';
  if (lower === 'content-length' && value !== '0') return 'a CONNECT request has no body, so no Content-Length but 0';
  if (found.has(lower) && SINGLE.has(lower)) return `the ${lower} field comes more than once`;
  if (lower === 'host' && value !== target && !isHostValue(value)) return 'the Host field is not host or host:port';
  if (KEPT.has(lower)) found.set(lower, value);
  return null;
}

/** The field value without the white space around it (RFC 9110 section 5.5). */
function withoutPadding(line: string, from: number): string {
  let start = from;
  let end = line.length;
  while (start < end && isPadding(line.charCodeAt(start))) start += 1;
  while (end > start && isPadding(line.charCodeAt(end - 1))) end -= 1;
  return line.slice(start, end);
}

function isPadding(unit: number): boolean {
  return unit === 0x20 || unit === 0x09;
}

/**
 * Host must be well formed but need not equal the target, which wins (RFC 9112 section 3.2.2): clients in use send it
 * without the port, or name the proxy.
 */
function isHostValue(raw: string): boolean {
  const value = utf8Text(Uint8Array.from(raw, (character) => character.charCodeAt(0)));
  if (value === null) return false;
  const colon = value.endsWith(']') ? -1 : value.lastIndexOf(':');
  if (colon >= 0 && parsePort(value.slice(colon + 1)) === null) return false;
  return parseHost(colon < 0 ? value : value.slice(0, colon)).ok;
}

function printable(value: string | undefined): string | null {
  if (value === undefined) return null;
  const text = value.replace(/[^\x20-\x7e]/g, '?').slice(0, USER_AGENT_LIMIT);
  return text === '' ? null : text;
}
