import type { Host } from '../address/host.ts';
import { parseConfiguredHost } from '../address/host.ts';
import type { IpRange } from '../address/ip.ts';
import { ipFromBytes, parseCidr } from '../address/ip.ts';
import { isPlainName } from '../address/plain-name.ts';
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
  if (isPlainName(text, 0)) return { ok: true, pattern: { kind: 'exact', text } };
  if (text.startsWith('*.') && isPlainName(text, 2) && text.includes('.', 2))
    return { ok: true, pattern: { kind: 'suffix', suffix: text.slice(2) } };
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
  /** Entries by their number in `#entries`, until one is asked for: nothing is made for each of a hundred thousand. */
  readonly #exact = new Map<string, number | string>();
  readonly #suffixes = new Map<string, number | string>();
  readonly #ranges = new RangeTable<number>();
  readonly #entries: string[] = [];
  /** Where the entries are from, each with the number of the first that is from there. */
  readonly #origins: { readonly origin: string; readonly first: number }[] = [];

  /** Number of entries, duplicates counted once. */
  get size(): number {
    return this.#exact.size + this.#suffixes.size + this.#ranges.size;
  }

  /** Adds an entry, as it is written at its origin, e.g. "allowedHosts". The first of equals stays. */
  add(pattern: HostPattern, origin: string, entry: string): void {
    const number = this.#entries.length;
    switch (pattern.kind) {
      case 'exact':
        if (this.#exact.has(pattern.text)) return;
        this.#exact.set(pattern.text, number);
        break;
      case 'suffix':
        if (this.#suffixes.has(pattern.suffix)) return;
        this.#suffixes.set(pattern.suffix, number);
        break;
      case 'range':
        this.#ranges.add(pattern.range, number);
        break;
    }
    this.#entries.push(entry);
    if (this.#origins.at(-1)?.origin !== origin) this.#origins.push({ origin, first: number });
  }

  /** The rule that allows the host as an operator finds it again, e.g. "allowedHosts: *.x.com", or null. */
  match(host: Host): string | null {
    const exact = this.#exact.get(host.text);
    if (exact !== undefined) return typeof exact === 'string' ? exact : this.#found(this.#exact, host.text, exact);
    if (host.kind === 'ip') {
      const range = this.#ranges.find(host.address);
      return range === null ? null : this.#rule(range);
    }
    for (let dot = host.text.indexOf('.'); dot >= 0; dot = host.text.indexOf('.', dot + 1)) {
      const text = host.text.slice(dot + 1);
      const suffix = this.#suffixes.get(text);
      if (suffix !== undefined) return typeof suffix === 'string' ? suffix : this.#found(this.#suffixes, text, suffix);
    }
    return null;
  }

  /** Agents ask for few hosts again and again: their rules are put into words once. */
  #found(table: Map<string, number | string>, text: string, number: number): string {
    const rule = this.#rule(number);
    table.set(text, rule);
    return rule;
  }

  #rule(number: number): string {
    let at = this.#origins.length - 1;
    while ((this.#origins[at]?.first ?? 0) > number) at -= 1;
    return `${this.#origins[at]?.origin ?? ''}: ${this.#entries[number] ?? ''}`;
  }
}
