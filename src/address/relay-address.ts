import type { Authority } from './authority.ts';
import { parsePort } from './authority.ts';
import { parseHost } from './host.ts';

/** Where a relay (upstream) proxy listens, and whether the way to it is TLS (`https://`) or plain (`http://`). */
export interface RelayAddress {
  readonly secure: boolean;
  readonly authority: Authority;
}

export type ParsedRelayAddress =
  | { readonly ok: true; readonly address: RelayAddress }
  /** `detail` completes "the address …"; it never repeats user information. */
  | { readonly ok: false; readonly detail: string };

const FORM = 'expected http://HOST:PORT or https://HOST:PORT';
const SCHEME_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * Reads `http://host:port`, `https://host:port`, and `host:port` or `host` alone, which mean http (the reference's
 * installer takes a bare address). Without a port it is that of the scheme, 80 or 443 (RFC 9110 section 4.2).
 */
export function parseRelayAddress(text: string): ParsedRelayAddress {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  const schemePort = SCHEME_PORTS[scheme ?? 'http'];
  if (schemePort === undefined) return refuse(`has the scheme ${scheme ?? ''}; ${FORM}`);
  const rest = text.slice(scheme === undefined ? 0 : scheme.length + 3).replace(/\/$/, '');
  if (rest.includes('@')) return refuse('has user information in it; username and password are keys of their own');
  if (/[/?#\\]/.test(rest)) return refuse(`has something behind the port; ${FORM}`);
  const colon = rest.endsWith(']') ? -1 : rest.lastIndexOf(':');
  const port = colon < 0 ? schemePort : parsePort(rest.slice(colon + 1));
  if (port === null) return refuse('has a port that is no decimal number from 1 to 65535');
  const parsed = parseHost(colon < 0 ? rest : rest.slice(0, colon));
  if (!parsed.ok) return refuse(`has a host that ${parsed.detail}; ${FORM}`);
  return { ok: true, address: { secure: scheme === 'https', authority: { host: parsed.host, port } } };
}

function refuse(detail: string): ParsedRelayAddress {
  return { ok: false, detail };
}
