import type { IpRange } from '../address/ip.ts';
import type { HostPattern } from '../policy/host-pattern.ts';
import { parseHostPattern } from '../policy/host-pattern.ts';

/**
 * May a list that comes from outside allow this? Entries mean what those of `allowedHosts` mean, but a list may not say
 * everything an operator may: whoever gets hold of it must not be able to open the gateway to the whole internet.
 */

export type Admitted =
  | { readonly ok: true; readonly entry: string }
  /** `detail` completes "the entry …". */
  | { readonly ok: false; readonly detail: string };

/** The widest ranges a list may name, in leading bits: 65,536 IPv4 addresses, one IPv6 site. */
export const NARROWEST_PREFIX = { 4: 16, 6: 32 } as const;
/** The longest host name, "*." in front of it, and room for a prefix length. */
const LENGTH_LIMIT = 256;
/** Labels under which registries of countries register names: "*.co.uk" is as wide as a top-level domain. */
const REGISTRY_LABELS = new Set([
  'ac',
  'co',
  'com',
  'edu',
  'gob',
  'gov',
  'go',
  'gv',
  'mil',
  'ne',
  'net',
  'nom',
  'or',
  'org',
]);

export function admitEntry(text: string): Admitted {
  if (text.length > LENGTH_LIMIT) return refuse(`is longer than ${LENGTH_LIMIT} characters`);
  if (/[\p{Cc}\p{Cf}\s]/u.test(text)) return refuse('has white space or a control character in it');
  const parsed = parseHostPattern(text);
  if (!parsed.ok) return refuse(parsed.detail);
  const danger = dangerOf(parsed.pattern);
  return danger === null ? { ok: true, entry: text } : refuse(danger);
}

function dangerOf(pattern: HostPattern): string | null {
  switch (pattern.kind) {
    case 'exact':
      return null;
    case 'suffix':
      return isRegistry(pattern.suffix) ? 'would allow a whole registry; name at least one more label' : null;
    case 'range':
      return rangeDanger(pattern.range);
  }
}

function rangeDanger({ family, prefixBits }: IpRange): string | null {
  const narrowest = NARROWEST_PREFIX[family];
  return prefixBits < narrowest ? `is wider than a list may allow (/${narrowest} at most)` : null;
}

function isRegistry(suffix: string): boolean {
  const [second = '', country = '', ...more] = suffix.split('.');
  return more.length === 0 && country.length === 2 && REGISTRY_LABELS.has(second);
}

function refuse(detail: string): Admitted {
  return { ok: false, detail };
}
