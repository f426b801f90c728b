import type { IpAddress } from '../address/ip.ts';
import type { Config } from '../config/schema.ts';
import type { RangeTable } from './range-table.ts';
import { rangeTableOf } from './range-table.ts';

/** Whose PROXY header is believed: a stranger who may send one could be anybody. */
export interface ProxyProtocolRules {
  readonly mode: Config['listen']['proxyProtocol'];
  readonly trusted: RangeTable<string>;
}

/** @throws when a range is not valid; configuration is checked before it gets here */
export function compileProxyProtocol(
  listen: Pick<Config['listen'], 'proxyProtocol' | 'trustedProxies'>,
): ProxyProtocolRules {
  return { mode: listen.proxyProtocol, trusted: rangeTableOf(listen.trustedProxies) };
}

export function isTrustedProxy({ trusted }: ProxyProtocolRules, peer: IpAddress | null): boolean {
  return peer !== null && trusted.find(peer) !== null;
}
