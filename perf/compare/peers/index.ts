import { apache } from './apache.ts';
import { ENGINES, gatewayPeer } from './gateway.ts';
import { haproxy, haproxyLargeBuffers } from './haproxy.ts';
import type { Peer } from './peer.ts';
import { proxyChain } from './proxy-chain.ts';
import { squid } from './squid.ts';
import { tinyproxy } from './tinyproxy.ts';
import { trafficserver } from './trafficserver.ts';

/** Everything that is compared, the gateway first: ratios are to the first one that runs. */
export function allPeers(node: string): readonly Peer[] {
  const gateways = ENGINES.map((engine) => gatewayPeer(engine, node));
  return [...gateways, haproxy, haproxyLargeBuffers, trafficserver, squid, tinyproxy, apache, proxyChain(node)];
}
