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
  /** What is refused unless `allow` says otherwise. */
  readonly classes: readonly AddressClass[];
  /** Addresses of the gateway's own listening sockets, by port. */
  readonly own: ReadonlyMap<number, ReadonlySet<string>>;
  /** Ports on which every loopback address leads to the gateway, because it listens on a wildcard address. */
  readonly ownWildcardPorts: ReadonlySet<number>;
}

/** A listening socket of the gateway: one local address, or the wildcard of a family. */
export interface OwnAddress {
  readonly address: string;
  readonly port: number;
}

export interface AddressClass {
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
  'fec0::/10',
]);

/**
 * IPv6 ranges that carry an IPv4 address, and where: NAT64 (RFC 6052), 6to4 (RFC 3056), IPv4-translated (RFC 2765),
 * IPv4-compatible (RFC 4291). IPv4-mapped addresses are IPv4 addresses here already.
 */
const EMBEDDING: readonly (readonly [IpRange, number])[] = [
  [range('64:ff9b::/96'), 12],
  [range('2002::/16'), 2],
  [range('::ffff:0:0:0/96'), 12],
  [range('::/96'), 12],
];

/** Where the gateway itself answers when it listens on a wildcard address; the unspecified address connects to it too. */
const LOCAL: readonly IpRange[] = [range('127.0.0.0/8'), range('::1'), range('0.0.0.0'), range('::')];

/**
 * @param own the gateway's listening sockets; for a wildcard the wildcard itself and every local address, since only the
 *   caller knows those
 * @throws when a range is none; configuration is checked before it gets here
 */
export function compileGuard(guard: Config['addressGuard'], own: readonly OwnAddress[]): AddressGuard {
  const wildcards = own.filter(({ address }) => WILDCARDS.includes(parseIp(address)?.text ?? ''));
  return {
    allow: guard.allow.map(range),
    deny: guard.deny.map(range),
    classes: guard.denyPrivate ? [...REFUSED, PRIVATE] : REFUSED,
    own: byPort(own),
    ownWildcardPorts: new Set(wildcards.map(({ port }) => port)),
  };
}

/** A guard that refuses the gateway's own sockets and nothing else: for relays, which the operator named. */
export function onlyOwnAddresses({ own, ownWildcardPorts }: AddressGuard): AddressGuard {
  return { allow: [], deny: [], classes: [], own, ownWildcardPorts };
}

const WILDCARDS = ['0.0.0.0', '::'];

/**
 * Judges one address. In this order, the first that says something decides: the gateway's own sockets, `deny`, `allow`,
 * the built-in classes. An IPv4 address inside an IPv6 one is asked the same questions, so no spelling is a way around.
 * The verdict's field `detail` is half a sentence that begins with the address.
 */
export function judgeAddress(guard: AddressGuard, ip: IpAddress, port: number): Verdict {
  const inner = embedded(ip);
  const never = neverDialed(guard, ip, port) ?? (inner === null ? null : leadsTo(ip, neverDialed(guard, inner, port)));
  if (never !== null) return never;
  if (isIn(guard.allow, ip)) return { allow: true, rule: 'addressGuard.allow' };
  const found = classOf(guard, ip);
  if (found !== null) return refuse(ip, found.name, found.sentence);
  const verdict = inner === null ? null : judgeAddress(guard, inner, port);
  return leadsTo(ip, verdict) ?? { allow: true, rule: verdict?.allow === true ? verdict.rule : UNREFUSED };
}

const UNREFUSED = 'no address rule refuses it';

/** The refusals that `allow` cannot lift. */
function neverDialed(guard: AddressGuard, ip: IpAddress, port: number): Verdict | null {
  const local = guard.ownWildcardPorts.has(port) && isIn(LOCAL, ip);
  if (local || guard.own.get(port)?.has(ip.text) === true) return refuse(ip, 'own', 'it is the gateway itself');
  return isIn(guard.deny, ip) ? refuse(ip, 'denied', 'addressGuard.deny lists it') : null;
}

/** The refusal of an embedded address as one of the address around it; null when there is none. */
function leadsTo(ip: IpAddress, verdict: Verdict | null): Verdict | null {
  if (verdict === null || verdict.allow) return null;
  return refuse(ip, 'embedded', `it leads to ${String(verdict.fields['detail'])}`);
}

function classOf(guard: AddressGuard, ip: IpAddress): AddressClass | null {
  for (const each of guard.classes) if (isIn(each.ranges, ip)) return each;
  return null;
}

function embedded(ip: IpAddress): IpAddress | null {
  if (ip.family === 4) return null;
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

/** A loop without closures: it is asked a dozen times for each tunnel. */
function isIn(ranges: readonly IpRange[], ip: IpAddress): boolean {
  for (const each of ranges) if (rangeContains(each, ip)) return true;
  return false;
}

function byPort(own: readonly OwnAddress[]): ReadonlyMap<number, ReadonlySet<string>> {
  const addresses = new Map<number, Set<string>>();
  for (const { address, port } of own) {
    const here = addresses.get(port) ?? new Set();
    addresses.set(port, here.add(parseIp(address)?.text ?? address));
  }
  return addresses;
}
