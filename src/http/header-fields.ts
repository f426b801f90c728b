import { parsePort } from '../address/authority.ts';
import { parseHost } from '../address/host.ts';

/**
 * The header fields of a CONNECT request. Few matter to a proxy, but all must be well formed: a malformed field is how
 * requests are smuggled (RFC 9112 section 11.2).
 */

export type ReadFields =
  | {
      readonly ok: true;
      readonly host: string | null;
      readonly proxyAuthorization: string | null;
      readonly userAgent: string | null;
    }
  /** `detail` says what is wrong without repeating any value. */
  | { readonly ok: false; readonly detail: string };

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Fields that must not come twice: each would then have two readings. */
const SINGLE = new Set(['host', 'proxy-authorization', 'content-length']);
const USER_AGENT_LIMIT = 200;

/** @param block the field lines, each ending in CR LF; control characters have been refused before */
export function readFields(block: string): ReadFields {
  const found = new Map<string, string>();
  const lines = block.split('\r\n');
  lines.pop();
  for (const line of lines) {
    const problem = readLine(line, found);
    if (problem !== null) return { ok: false, detail: problem };
  }
  const host = found.get('host') ?? null;
  if (host !== null && !isHostValue(host)) return { ok: false, detail: 'the Host field is not host or host:port' };
  return {
    ok: true,
    host,
    proxyAuthorization: found.get('proxy-authorization') ?? null,
    userAgent: printable(found.get('user-agent')),
  };
}

function readLine(line: string, found: Map<string, string>): string | null {
  if (line.startsWith(' ') || line.startsWith('\t')) return 'a header line begins with white space (obs-fold)';
  const colon = line.indexOf(':');
  if (colon < 0) return 'a header line has no colon';
  const name = line.slice(0, colon);
  if (/[ \t]$/.test(name)) return 'there is white space before the colon of a header field';
  if (!NAME.test(name)) return 'a header field name is not a token';
  const lower = name.toLowerCase();
  const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '');
  if (lower === 'transfer-encoding') return 'a CONNECT request has no body, so no Transfer-Encoding';
  if (lower === 'content-length' && value !== '0') return 'a CONNECT request has no body, so no Content-Length but 0';
  if (found.has(lower) && SINGLE.has(lower)) return `the ${lower} field comes more than once`;
  found.set(lower, value);
  return null;
}

/**
 * Host must be well formed but need not equal the target, which wins (RFC 9112 section 3.2.2): clients in use send it
 * without the port, or name the proxy.
 */
function isHostValue(value: string): boolean {
  const colon = value.endsWith(']') ? -1 : value.lastIndexOf(':');
  if (colon >= 0 && parsePort(value.slice(colon + 1)) === null) return false;
  return parseHost(colon < 0 ? value : value.slice(0, colon)).ok;
}

function printable(value: string | undefined): string | null {
  if (value === undefined) return null;
  return value.replace(/[^\x20-\x7e]/g, '?').slice(0, USER_AGENT_LIMIT);
}
