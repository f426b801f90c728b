import type { IpAddress, IpRange } from '../address/ip.ts';
import { ipFromBytes, parseCidr, parseIp, rangeContains } from '../address/ip.ts';
import type { Config } from '../config/schema.ts';
import type { Verdict } from './verdict.ts';

/**
 * Judges the address that is about to be dialed, after resolution: an allowed name that resolves to the gateway itself
 * or to its link is not a way in (DNS rebinding). Private addresses are reachable unless configured otherwise, because
 * private links to the service are common.
 */

export interface AddressGuard {
  readonly allow: readonly IpRange[];
  readonly deny: readonly IpRange[];
  readonly denyPrivate: boolean;
  /** "address port" of the gateway's own listening sockets. */
  readonly own: ReadonlySet<string>;
}

interface AddressClass {
  readonly name: string;
  readonly sentence: string;
  readonly ranges: readonly IpRange[];
}

/** IANA special-purpose address registries (RFC 6890 and successors, read 2026-11). */
const REFUSED: readonly AddressClass[] = [
  addressClass('loopback', 'it is a loopback address', ['127.0.0.0/8', '::1']),
  addressClass('link-local', 'it is a link-local address', ['169.254.0.0/16', 'fe80::/10']),
  addressClass('multicast', 'it is a multicast address', ['224.0.0.0/4', 'ff00::/8']),
  addressClass('unspecified', 'it means this host or no address', ['0.0.0.0/8', '::']),
  addressClass('broadcast', 'it is the broadcast address', ['255.255.255.255']),
];

const PRIVATE = addressClass('private', 'it is a private address and addressGuard.denyPrivate is set', [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
]);

/** IPv6 ranges that carry an IPv4 address, and where: NAT64 (RFC 6052), 6to4 (RFC 3056), IPv4-compatible (RFC 4291). */
const EMBEDDING: readonly (readonly [IpRange, number])[] = [
  [range('64:ff9b::/96'), 12],
  [range('2002::/16'), 2],
  [range('::/96'), 12],
];

export function compileGuard(
  guard: Config['addressGuard'],
  own: readonly { readonly address: string; readonly port: number }[],
): AddressGuard {
  const addresses = own.map(({ address, port }) => ownKey(parseIp(address)?.text ?? address, port));
  return {
    allow: guard.allow.map(range),
    deny: guard.deny.map(range),
    denyPrivate: guard.denyPrivate,
    own: new Set(addresses),
  };
}

/** Judges one address; the verdict's field `detail` is half a sentence that begins with the address. */
export function judgeAddress(guard: AddressGuard, ip: IpAddress, port: number): Verdict {
  if (guard.own.has(ownKey(ip.text, port))) return refuse(ip, 'own', 'it is the gateway itself');
  const denied = guard.deny.find((each) => rangeContains(each, ip));
  if (denied !== undefined) return refuse(ip, 'denied', 'addressGuard.deny lists it');
  if (guard.allow.some((each) => rangeContains(each, ip))) return { allow: true, rule: 'addressGuard.allow' };
  const found = classOf(guard, ip);
  if (found !== null) return refuse(ip, found.name, found.sentence);
  const inner = embedded(ip);
  if (inner !== null) {
    const verdict = judgeAddress(guard, inner, port);
    if (!verdict.allow) return refuse(ip, 'embedded', `it leads to ${String(verdict.fields['detail'])}`);
  }
  return { allow: true, rule: 'no address rule refuses it' };
}

function classOf(guard: AddressGuard, ip: IpAddress): AddressClass | null {
  const classes = guard.denyPrivate ? [...REFUSED, PRIVATE] : REFUSED;
  return classes.find(({ ranges }) => ranges.some((each) => rangeContains(each, ip))) ?? null;
}

function embedded(ip: IpAddress): IpAddress | null {
  const found = EMBEDDING.find(([each]) => rangeContains(each, ip));
  return found === undefined ? null : ipFromBytes(ip.bytes.subarray(found[1], found[1] + 4));
}

function refuse(ip: IpAddress, name: string, sentence: string): Verdict {
  const fields = { address: ip.text, class: name, detail: `${ip.text}: ${sentence}` };
  return { allow: false, reason: 'address-not-allowed', fields };
}

function addressClass(name: string, sentence: string, texts: readonly string[]): AddressClass {
  return { name, sentence, ranges: texts.map(range) };
}

function range(text: string): IpRange {
  const parsed = parseCidr(text);
  if (parsed === null) throw new Error(`not an address range: ${text}`);
  return parsed;
}

function ownKey(address: string, port: number): string {
  return `${address} ${port}`;
}
