import type { HostGroup } from '../config/presets.ts';
import type { Config } from '../config/schema.ts';
import type { AddressGuard, OwnAddress } from './address-guard.ts';
import { compileGuard } from './address-guard.ts';
import type { ClientCertificateRules } from './client-certificate.ts';
import { compileClientCertificateRules } from './client-certificate.ts';
import type { DestinationRules } from './destination.ts';
import type { ClientRules } from './clients.ts';
import { compileClientRules } from './clients.ts';
import type { GatewayClientRules } from './gateway-client.ts';
import { compileGatewayClientRules } from './gateway-client.ts';
import { HostMatcher, parseHostPattern } from './host-pattern.ts';
import type { ProxyProtocolRules } from './proxy-protocol.ts';
import { compileProxyProtocol } from './proxy-protocol.ts';
import type { TlsRules } from './tls-session.ts';
import { compileTlsRules } from './tls-session.ts';

/** Everything policy asks, compiled once from a configuration snapshot. Immutable. */
export interface Rules {
  readonly destination: DestinationRules;
  readonly tls: TlsRules;
  readonly clientCertificate: ClientCertificateRules;
  readonly gatewayClient: GatewayClientRules;
  readonly guard: AddressGuard;
  readonly clients: ClientRules;
  readonly proxyProtocol: ProxyProtocolRules;
  /** "report": what these rules refuse is let through and logged with `wouldRefuse`. */
  readonly mode: 'enforce' | 'report';
}

export interface RuleSources {
  readonly config: Pick<
    Config,
    'listen' | 'clients' | 'allowedPorts' | 'addressGuard' | 'tls' | 'allowedClientCertificates' | 'workspaces' | 'mode'
  >;
  /** Allowed hosts of all sources, see `resolveHostRules`. */
  readonly hostGroups: readonly HostGroup[];
  /** The gateway's listening sockets, see `compileGuard`. */
  readonly ownAddresses: readonly OwnAddress[];
}

/** @throws when a host rule is not a valid pattern; configuration is checked before it gets here */
export function compileRules(sources: RuleSources): Rules {
  const hosts = new HostMatcher();
  addHosts(hosts, sources.hostGroups);
  return rulesWith(hosts, sources);
}

/** Compiles some allowed hosts into a matcher: a hundred thousand are taken in slices. @throws as `compileRules` */
export function addHosts(hosts: HostMatcher, groups: readonly HostGroup[]): void {
  for (const { origin, patterns } of groups) {
    for (const pattern of patterns) {
      const parsed = parseHostPattern(pattern);
      if (!parsed.ok) throw new Error(`${origin}: ${pattern} ${parsed.detail}`);
      hosts.add(parsed.pattern, origin, pattern);
    }
  }
}

/** The rules with allowed hosts that are compiled already. */
export function rulesWith(hosts: HostMatcher, { config, ownAddresses }: Omit<RuleSources, 'hostGroups'>): Rules {
  const clientCertificate = compileClientCertificateRules(config);
  return {
    destination: { hosts, ports: new Set(config.allowedPorts) },
    tls: compileTlsRules(config.tls),
    clientCertificate,
    gatewayClient: compileGatewayClientRules(config, clientCertificate),
    guard: compileGuard(config.addressGuard, ownAddresses),
    clients: compileClientRules(config.clients),
    proxyProtocol: compileProxyProtocol(config.listen),
    mode: config.mode,
  };
}
