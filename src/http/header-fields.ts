import { parsePort } from '../address/authority.ts';
import { parseHost } from '../address/host.ts';
import { utf8Text } from './utf8.ts';

/**
 * The header fields of a CONNECT request. Few matter to a proxy, but all must be well formed: a malformed field is how
 * requests are smuggled (RFC 9112 section 11.2).
 */

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const USER_AGENT_LIMIT = 200;

/** The fields of one request, taken line by line; most are forgotten as soon as they are found well formed. */
export class HeaderFields {
  #host: string | null = null;
  #proxyAuthorization: string | null = null;
  #hasContentLength = false;
  #userAgent: string | null = null;

  get host(): string | null {
    return this.#host;
  }

  /** As sent; never logged. */
  get proxyAuthorization(): string | null {
    return this.#proxyAuthorization;
  }

  /** Printable ASCII, at most 200 characters. */
  get userAgent(): string | null {
    return this.#userAgent;
  }

  /**
   * @param line one field line without its CR LF, one character per byte; control characters have been refused before
   * @param target the request target as sent, found well formed: a Host field that repeats it is well formed too
   * @returns what is wrong with it, without repeating any value, or null
   */
  add(line: string, target: string): string | null {
    if (line.startsWith(' ') || line.startsWith('\t')) return 'a header line begins with white space (obs-fold)';
    const colon = line.indexOf(':');
    if (colon < 0) return 'a header line has no colon';
    const name = line.slice(0, colon);
    if (name.endsWith(' ') || name.endsWith('\t')) return 'there is white space before the colon of a header field';
    if (!NAME.test(name)) return 'a header field name is not a token';
    return this.#take(name.toLowerCase(), withoutPadding(line, colon + 1), target);
  }

  /** Host, Proxy-Authorization and Content-Length must not come twice: each would then have two readings. */
  #take(name: string, value: string, target: string): string | null {
    switch (name) {
      case 'host':
        if (this.#host !== null) return twice(name);
        this.#host = value;
        return value === target || isHostValue(value) ? null : 'the Host field is not host or host:port';
      case 'proxy-authorization':
        if (this.#proxyAuthorization !== null) return twice(name);
        this.#proxyAuthorization = value;
        return null;
      case 'content-length':
        if (value !== '0') return 'a CONNECT request has no body, so no Content-Length but 0';
        if (this.#hasContentLength) return twice(name);
        this.#hasContentLength = true;
        return null;
      case 'transfer-encoding':
        return 'a CONNECT request has no body, so no Transfer-Encoding';
      case 'user-agent':
        this.#userAgent = printable(value);
        return null;
      default:
        return null;
    }
  }
}

function twice(name: string): string {
  return `the ${name} field comes more than once`;
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

function printable(value: string): string | null {
  const text = value.replace(/[^\x20-\x7e]/g, '?').slice(0, USER_AGENT_LIMIT);
  return text === '' ? null : text;
}
