import type { IpAddress } from '../address/ip.ts';
import { parseCidr } from '../address/ip.ts';
import type { Config } from '../config/schema.ts';
import { RangeTable } from './range-table.ts';

/** Whose PROXY header is believed: a stranger who may send one could be anybody. */
export interface ProxyProtocolRules {
  readonly mode: Config['listen']['proxyProtocol'];
  readonly trusted: RangeTable<true>;
}

/** @throws when a range is not valid; configuration is checked before it gets here */
export function compileProxyProtocol(
  listen: Pick<Config['listen'], 'proxyProtocol' | 'trustedProxies'>,
): ProxyProtocolRules {
  return { mode: listen.proxyProtocol, trusted: rangeTable(listen.trustedProxies) };
}

export function isTrustedProxy({ trusted }: ProxyProtocolRules, peer: IpAddress | null): boolean {
  return peer !== null && trusted.find(peer) !== null;
}

function rangeTable(ranges: readonly string[]): RangeTable<true> {
  const table = new RangeTable<true>();
  for (const text of ranges) {
    const range = parseCidr(text);
    if (range === null) throw new Error(`${text} is not an address range`);
    table.add(range, true);
  }
  return table;
}
