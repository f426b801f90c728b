import type { Host } from '../address/host.ts';
import { parseConfiguredHost } from '../address/host.ts';
import type { IpRange } from '../address/ip.ts';
import { ipFromBytes, parseCidr } from '../address/ip.ts';
import { RangeTable } from './range-table.ts';

/**
 * Entries of `allowedHosts` and of everything that works like it. Whole names only, never substrings: an exact host,
 * `*.suffix` (one or more labels in front, never the bare suffix), an address, or a range.
 */

export type HostPattern =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'suffix'; readonly suffix: string }
  | { readonly kind: 'range'; readonly range: IpRange };

export type ParsedPattern =
  | { readonly ok: true; readonly pattern: HostPattern }
  /** `detail` says what is wrong and what would be right. */
  | { readonly ok: false; readonly detail: string };

const FORMS = 'expected a host name, "*.suffix", an IP address or a range like 10.1.0.0/16';

/** Reads one entry; never throws. The entry is canonicalised as a CONNECT target is, so that both meet in one form. */
export function parseHostPattern(text: string): ParsedPattern {
  if (text.includes('://')) return refuse(`has a scheme; ${FORMS}`);
  const range = parseCidr(text);
  if (range !== null) return { ok: true, pattern: rangePattern(range) };
  if (text.includes('/')) return refuse(slashDetail(text));
  if (hasPort(text)) return refuse('has a port; ports belong into allowedPorts');
  if (text.startsWith('*.')) return parseSuffix(text.slice(2));
  if (text === '*') return refuse(`would allow every host; ${FORMS}`);
  if (text.includes('*')) return refuse(`has a wildcard that is not the whole first label; ${FORMS}`);
  if (/^\.[^.]/.test(text)) return refuse(`begins with a dot; for the hosts below a name write "*${text}"`);
  const parsed = parseConfiguredHost(text);
  return parsed.ok
    ? { ok: true, pattern: { kind: 'exact', text: parsed.host.text } }
    : refuse(`${parsed.detail}; ${FORMS}`);
}

function parseSuffix(suffix: string): ParsedPattern {
  if (suffix.includes('*')) return refuse('has more than one wildcard; only the first label can be "*"');
  const parsed = parseConfiguredHost(suffix);
  if (!parsed.ok) return refuse(`${parsed.detail}; ${FORMS}`);
  if (parsed.host.kind === 'ip') return refuse('puts a wildcard before an address; use a range like 10.1.0.0/16');
  if (!parsed.host.text.includes('.')) return refuse('would allow a whole top-level domain; name at least two labels');
  return { ok: true, pattern: { kind: 'suffix', suffix: parsed.host.text } };
}

/** A range of one address is that address: looked up, not searched. */
function rangePattern(range: IpRange): HostPattern {
  const single = range.prefixBits === range.bytes.length * 8;
  return single ? { kind: 'exact', text: ipFromBytes(range.bytes).text } : { kind: 'range', range };
}

function slashDetail(text: string): string {
  return parseConfiguredHost(text.slice(0, text.indexOf('/'))).ok && /\/\d+$/.test(text)
    ? 'is not a valid range; expected an address and its leading bits, like 10.1.0.0/16 or 2001:db8::/32'
    : `has a path; ${FORMS}`;
}

/** Behind a name, IPv4 or brackets; several colons without brackets are an IPv6 address. */
function hasPort(text: string): boolean {
  return /^(?:[^:[\]]*|\[.*\]):\d*$/.test(text);
}

function refuse(detail: string): ParsedPattern {
  return { ok: false, detail };
}

/**
 * Many patterns compiled for look-up: the cost of a name depends on its labels, that of an address on the prefix lengths
 * in use, neither on the length of the list.
 */
export class HostMatcher {
  readonly #exact = new Map<string, string>();
  readonly #suffixes = new Map<string, string>();
  readonly #ranges = new RangeTable<string>();

  /** Number of entries, duplicates counted once. */
  get size(): number {
    return this.#exact.size + this.#suffixes.size + this.#ranges.size;
  }

  /** Adds an entry; `rule` is how the operator finds it again, e.g. "allowedHosts: *.x.com". The first of equals stays. */
  add(pattern: HostPattern, rule: string): void {
    switch (pattern.kind) {
      case 'exact':
        if (!this.#exact.has(pattern.text)) this.#exact.set(pattern.text, rule);
        return;
      case 'suffix':
        if (!this.#suffixes.has(pattern.suffix)) this.#suffixes.set(pattern.suffix, rule);
        return;
      case 'range':
        this.#ranges.add(pattern.range, rule);
        return;
    }
  }

  /** The rule that allows the host, or null. */
  match(host: Host): string | null {
    const exact = this.#exact.get(host.text);
    if (exact !== undefined) return exact;
    if (host.kind === 'ip') return this.#ranges.find(host.address);
    for (let dot = host.text.indexOf('.'); dot >= 0; dot = host.text.indexOf('.', dot + 1)) {
      const rule = this.#suffixes.get(host.text.slice(dot + 1));
      if (rule !== undefined) return rule;
    }
    return null;
  }
}
