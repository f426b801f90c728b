import type { Host } from './host.ts';
import { parseHost } from './host.ts';

/** A CONNECT target (RFC 9112 section 3.2.3): canonical host and port. */
export interface Authority {
  readonly host: Host;
  /** 1 to 65535. */
  readonly port: number;
}

export type ParsedAuthority =
  | { readonly ok: true; readonly authority: Authority }
  /** `detail` is half a sentence that completes "the target is not a valid host:port:". */
  | { readonly ok: false; readonly detail: string };

/** Parts of other kinds of target, each with what is wrong about it here. */
const FOREIGN: readonly (readonly [string, string])[] = [
  ['/', 'it has a path; CONNECT takes only host:port'],
  ['@', 'it has user information; credentials go into Proxy-Authorization'],
  ['?', 'it has a query; CONNECT takes only host:port'],
  ['#', 'it has a fragment; CONNECT takes only host:port'],
  ['\\', 'it has a backslash; CONNECT takes only host:port'],
  ['%', 'it has a percent sign; neither escapes nor zones belong in a target'],
];

/** Targets read lately and found sound: agents ask for few, each very often. */
const known = new Map<string, ParsedAuthority>();
const KNOWN_LIMIT = 1_024;
/** A name of 253 bytes, a trailing dot, a colon and five digits: longer texts are rare enough to be read each time. */
const KNOWN_LENGTH = 260;

/** Reads authority-form, "host:port" and nothing else. The port is a strict decimal without sign or leading zeros. */
export function parseAuthority(text: string): ParsedAuthority {
  const before = known.get(text);
  if (before !== undefined) return before;
  const parsed = readAuthority(text);
  if (!parsed.ok || text.length > KNOWN_LENGTH) return parsed;
  // Emptied at once rather than entry by entry: who asks for thousands of targets gains nothing from a memory anyway.
  if (known.size >= KNOWN_LIMIT) known.clear();
  known.set(text, parsed);
  return parsed;
}

function readAuthority(text: string): ParsedAuthority {
  for (const [sign, detail] of FOREIGN) if (text.includes(sign)) return { ok: false, detail };
  const colon = text.lastIndexOf(':');
  if (colon < 0 || text.endsWith(']')) return { ok: false, detail: 'the port is missing; CONNECT needs host:port' };
  const port = parsePort(text.slice(colon + 1));
  if (port === null) return { ok: false, detail: 'the port is not a decimal number from 1 to 65535' };
  const parsed = parseHost(text.slice(0, colon));
  if (!parsed.ok) return { ok: false, detail: `the host ${parsed.detail}` };
  return { ok: true, authority: { host: parsed.host, port } };
}

/** A strict decimal from 1 to 65535, or null: no sign, no leading zeros, no overflow. */
export function parsePort(text: string): number | null {
  if (!/^[1-9]\d{0,4}$/.test(text)) return null;
  const port = Number(text);
  return port <= 65_535 ? port : null;
}

/** "host:port", with brackets around IPv6. */
export function formatAuthority({ host, port }: Authority): string {
  return host.kind === 'ip' && host.address.family === 6 ? `[${host.text}]:${port}` : `${host.text}:${port}`;
}
