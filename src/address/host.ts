import type { IpAddress } from './ip.ts';
import { parseIp } from './ip.ts';
import { NAME_LIMIT, isPlainName } from './plain-name.ts';

/**
 * A destination host in its one canonical form. Everything that compares, logs or dials a host uses this value, never
 * the text it came from (CVE-2022-24825 is what happens otherwise).
 */
export type Host =
  /** A DNS name: lower case A-labels, no trailing dot, 1 to 253 bytes. */
  | { readonly kind: 'name'; readonly text: string }
  /** An IP literal; `text` is the canonical form of `address` without brackets. */
  | { readonly kind: 'ip'; readonly text: string; readonly address: IpAddress };

export type ParsedHost =
  | { readonly ok: true; readonly host: Host }
  /** `detail` completes "the host …". */
  | { readonly ok: false; readonly detail: string };

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** A last label like this makes a name an IPv4 address in the eyes of resolvers and URL parsers (WHATWG URL, 3.5). */
const NUMERIC_LABEL = /^(?:\d+|0[xX][0-9a-fA-F]*)$/;

/**
 * Canonicalises a host once: lower case, one trailing dot off, IDNA to A-labels (UTS 46), IPv4 in any textual form to
 * its bytes, `[…]` only around IPv6. Refuses what is neither a host name nor an address; never throws.
 */
export function parseHost(text: string): ParsedHost {
  if (isPlainName(text, 0)) return ok({ kind: 'name', text });
  if (text === '') return refuse('is empty');
  if (text.startsWith('[')) return parseBracketed(text);
  if (text.includes(':')) return refuse('has a colon in it; an IPv6 address goes in brackets');
  const ascii = toAscii(text);
  if (ascii === null) return refuse('is not a valid internationalised name');
  return parseAscii(ascii);
}

/** As `parseHost`, and IPv6 without brackets too: for configuration entries, where no port follows. */
export function parseConfiguredHost(text: string): ParsedHost {
  const address = parseIp(text);
  return address === null ? parseHost(text) : { ok: true, host: ipHost(address) };
}

/** The host of an address. */
export function ipHost(address: IpAddress): Host {
  return { kind: 'ip', text: address.text, address };
}

export function sameHost(one: Host, other: Host): boolean {
  return one.kind === other.kind && one.text === other.text;
}

function parseBracketed(text: string): ParsedHost {
  if (!text.endsWith(']')) return refuse('opens a bracket that it does not close');
  const inner = text.slice(1, -1);
  const address = inner.includes(':') ? parseIp(inner) : null;
  return address === null ? refuse('has brackets around something other than an IPv6 address') : ok(ipHost(address));
}

function parseAscii(text: string): ParsedHost {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (name === '') return refuse('is empty');
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (NUMERIC_LABEL.test(last)) {
    const address = parseAnyIpv4(name);
    return address === null ? refuse('ends like an IPv4 address but is none') : ok(ipHost(address));
  }
  if (name.length > NAME_LIMIT) return refuse(`is longer than ${NAME_LIMIT} bytes`);
  const lower = name.toLowerCase();
  for (const label of lower.split('.')) {
    if (LABEL.test(label)) continue;
    if (label === '') return refuse('has an empty label');
    if (label.length > 63) return refuse('has a label longer than 63 bytes');
    return refuse('has a label that is not letters, digits and inner hyphens');
  }
  return ok({ kind: 'name', text: lower });
}

/** Short, octal, hexadecimal and single-number forms (inet_aton(3)), read by the platform's URL parser. */
function parseAnyIpv4(name: string): IpAddress | null {
  if (!/^[0-9a-fA-FxX.]{1,64}$/.test(name)) return null;
  const url = tryUrl(name);
  return url === null ? null : parseIp(url.hostname);
}

/** The name in ASCII: as it is when it already is, else mapped by UTS 46. Null when that fails. */
function toAscii(text: string): string | null {
  if (/^[\u0000-\u007f]*$/.test(text)) return /(?:^|\.)xn--/i.test(text) ? checkAlabels(text) : text;
  if (/[%/\\?#@:\s[\]]/.test(text)) return null;
  const host = tryUrl(text)?.hostname;
  return host === undefined || host === '' ? null : host;
}

/**
 * An A-label that does not decode would mean one thing to us and another to a resolver. Newer runtimes do not look into
 * names that are ASCII throughout (Node 26 takes xn--a, Node 20 does not); a label that is not makes each of them look.
 */
function checkAlabels(text: string): string | null {
  return /^[a-zA-Z0-9._-]+$/.test(text) && tryUrl(`ü.${text}`) !== null ? text : null;
}

function tryUrl(host: string): URL | null {
  try {
    return new URL(`http://${host}/`);
  } catch {
    return null;
  }
}

function ok(host: Host): ParsedHost {
  return { ok: true, host };
}

function refuse(detail: string): ParsedHost {
  return { ok: false, detail };
}
