import { nameWords, readName } from '../tls/certificate.ts';
import type { Certificate } from '../tls/certificate.ts';
import { TAG } from '../tls/der.ts';
import type { DerReader } from '../tls/der.ts';
import { decodeString } from '../tls/der-string.ts';
import { nameKey } from '../tls/distinguished-name.ts';
import type { DistinguishedName } from '../tls/distinguished-name.ts';
import { Misformed } from '../tls/misformed.ts';

/**
 * What names an authority may speak for (RFC 5280 section 4.2.1.10): DNS names, IP addresses and subjects. Constraints on
 * other kinds of names say nothing about a TLS server.
 */
export interface NameConstraints {
  readonly permitted: Subtrees;
  readonly excluded: Subtrees;
}

interface Subtrees {
  /** Lower case, without a leading dot; "" is every name. */
  readonly dns: readonly string[];
  /** Address and mask, each 4 or 16 bytes. */
  readonly ip: readonly { readonly address: Uint8Array; readonly mask: Uint8Array }[];
  readonly subject: readonly DistinguishedName[];
}

const BASE = nameWords('a name constraint');
const PERMITTED = 0xa0;
const EXCLUDED = 0xa1;
const DNS_NAME = 0x82;
const DIRECTORY_NAME = 0xa4;
const IP_ADDRESS = 0x87;

/** @param value content of the extension. @throws Misformed */
export function readNameConstraints(value: DerReader): NameConstraints {
  const constraints = value.read(TAG.sequence, 'nameConstraints');
  const permitted = readSubtrees(constraints.optional(PERMITTED, 'nameConstraints'));
  const excluded = readSubtrees(constraints.optional(EXCLUDED, 'nameConstraints'));
  constraints.done('nameConstraints');
  return { permitted, excluded };
}

function readSubtrees(list: DerReader | null): Subtrees {
  const dns: string[] = [];
  const ip: { address: Uint8Array; mask: Uint8Array }[] = [];
  const subject: DistinguishedName[] = [];
  while (list !== null && list.left > 0) {
    // minimum and maximum behind the base never occur (RFC 5280 says so) and change nothing.
    const subtree = list.read(TAG.sequence, 'a name constraint');
    const { tag } = subtree;
    const base = subtree.next('a name constraint');
    if (tag === DNS_NAME) {
      const text = decodeString(TAG.ia5String, base.rest(), 'a name constraint').toLowerCase();
      dns.push(text.startsWith('.') ? text.slice(1) : text);
    } else if (tag === DIRECTORY_NAME) {
      subject.push(readName(base.read(TAG.sequence, BASE.name), BASE));
    } else if (tag === IP_ADDRESS) {
      const bytes = base.rest();
      if (bytes.length !== 8 && bytes.length !== 32) throw new Misformed('an address in nameConstraints is not valid');
      ip.push({ address: bytes.slice(0, bytes.length / 2), mask: bytes.slice(bytes.length / 2) });
    }
  }
  return { dns, ip, subject };
}

/** True when every name of the certificate may stand below an authority with these constraints. */
export function satisfies({ dnsNames, ipAddresses, subject }: Certificate, constraints: NameConstraints): boolean {
  return (
    dnsNames.every((name) => fits(name.toLowerCase(), 'dns', constraints, isBelow)) &&
    ipAddresses.every((bytes) => fits(bytes, 'ip', constraints, isInRange)) &&
    (subject.length === 0 || fits(subject, 'subject', constraints, isUnder))
  );
}

function fits<Kind extends keyof Subtrees, Name>(
  name: Name,
  kind: Kind,
  { permitted, excluded }: NameConstraints,
  within: (name: Name, base: Subtrees[Kind][number]) => boolean,
): boolean {
  const allowed: readonly Subtrees[Kind][number][] = permitted[kind];
  const refused: readonly Subtrees[Kind][number][] = excluded[kind];
  return (
    (allowed.length === 0 || allowed.some((base) => within(name, base))) && !refused.some((base) => within(name, base))
  );
}

function isBelow(name: string, base: string): boolean {
  return base === '' || name === base || name.endsWith(`.${base}`);
}

function isInRange(bytes: Uint8Array, { address, mask }: Subtrees['ip'][number]): boolean {
  if (bytes.length !== address.length) return false;
  return bytes.every((byte, index) => ((byte ^ (address[index] ?? 0)) & (mask[index] ?? 0)) === 0);
}

/** The base is the beginning of the name, from the root downwards. */
function isUnder(name: DistinguishedName, base: DistinguishedName): boolean {
  return base.every((relative, index) => nameKey([relative]) === nameKey([name[index] ?? []]));
}
