import type { Authority } from '../address/authority.ts';
import type { HostMatcher } from './host-pattern.ts';
import type { Verdict } from './verdict.ts';

/** May a tunnel lead there? Host first, then port; what is not allowed is refused. */

export interface DestinationRules {
  readonly hosts: HostMatcher;
  readonly ports: ReadonlySet<number>;
}

export function judgeDestination(rules: DestinationRules, { host, port }: Authority): Verdict {
  const rule = rules.hosts.match(host);
  if (rule === null) return { allow: false, reason: 'host-not-allowed', fields: { host: host.text } };
  if (!rules.ports.has(port)) return { allow: false, reason: 'port-not-allowed', fields: { host: host.text, port } };
  return { allow: true, rule };
}
