import type { Authority } from '../address/authority.ts';
import { formatAuthority } from '../address/authority.ts';

/** What the gateway says to a relay: CONNECT for the client's destination, with the gateway's own credential. */

/**
 * The value of Proxy-Authorization (RFC 7617, user-id and password in UTF-8), or null when there is no user name. Sent
 * with the first request: a relay that wants it would only answer 407 and close.
 */
export function basicCredential(username: string, password: string): string | null {
  if (username === '') return null;
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/**
 * The request (RFC 9110 section 9.3.6). The name travels as it is: whoever resolves it is the relay. Nothing of what the
 * client sent in header fields goes on.
 */
export function connectRequest(destination: Authority, credential: string | null): Uint8Array {
  const target = formatAuthority(destination);
  const lines = [`CONNECT ${target} HTTP/1.1`, `Host: ${target}`];
  if (credential !== null) lines.push(`Proxy-Authorization: ${credential}`);
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`);
}
