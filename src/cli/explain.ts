import type { Authority } from '../address/authority.ts';
import { formatAuthority } from '../address/authority.ts';
import { gatewayAddresses } from '../cluster/listener.ts';
import type { HostRule } from '../config/presets.ts';
import { groupByOrigin, resolveHostRules } from '../config/presets.ts';
import type { Config } from '../config/schema.ts';
import { systemLookup } from '../dial/lookup.ts';
import type { Resolved } from '../dial/resolver.ts';
import { Resolver } from '../dial/resolver.ts';
import { judgeAddress } from '../policy/address-guard.ts';
import { judgeDestination } from '../policy/destination.ts';
import { compileRules } from '../policy/rules.ts';
import type { Verdict } from '../policy/verdict.ts';
import { detailText, reasonText, text } from './text.ts';

/** What the gateway would do with a destination, step by step, by the very functions that decide in a tunnel. */
export interface Explanation {
  readonly destination: string;
  readonly allowed: boolean;
  /** The rule that allows, or the sentence that refuses. */
  readonly policy: { readonly allow: boolean; readonly text: string };
  /** What would have to be configured, when the policy refuses. */
  readonly remedy: string | null;
  readonly resolution: { readonly ok: boolean; readonly text: string };
  readonly addresses: readonly { readonly address: string; readonly allow: boolean; readonly text: string }[];
}

/** @param listed hosts that come from lists and agents, see `listRules` */
export async function explain(config: Config, target: Authority, listed: readonly HostRule[]): Promise<Explanation> {
  const rules = compileRules({
    config,
    hostGroups: groupByOrigin([...resolveHostRules(config), ...listed]),
    ownAddresses: gatewayAddresses(config),
  });
  const verdict = judgeDestination(rules.destination, target);
  const resolver = new Resolver({ ...config.dns, lookup: systemLookup, now: () => performance.now() });
  const resolved = await new Promise<Resolved>((resolve) => {
    resolver.resolve(target.host, resolve);
  });
  const addresses = (resolved.ok ? resolved.addresses : []).map((ip) => {
    const judged = judgeAddress(rules.guard, ip, target.port);
    return {
      address: ip.text,
      allow: judged.allow,
      text: judged.allow ? detailText(judged.rule) : detailText(String(judged.fields['detail'])),
    };
  });
  return {
    destination: formatAuthority(target),
    allowed: verdict.allow && addresses.some(({ allow }) => allow),
    policy: { allow: verdict.allow, text: saidOf(verdict) },
    remedy: remedyOf(verdict, target),
    resolution: { ok: resolved.ok, text: resolved.ok ? 'resolves' : detailText(resolved.detail) },
    addresses,
  };
}

/** The part of it that asks no name server: what the policy says. */
export function explainPolicy(config: Config, target: Authority): Explanation['policy'] {
  const rules = compileRules({ config, hostGroups: groupByOrigin(resolveHostRules(config)), ownAddresses: [] });
  const verdict = judgeDestination(rules.destination, target);
  return { allow: verdict.allow, text: saidOf(verdict) };
}

/** The rule that allows, or the sentence that refuses. */
function saidOf(verdict: Verdict): string {
  return verdict.allow ? verdict.rule : reasonText(verdict.reason, verdict.fields);
}

/** What would have to be configured for the destination to be allowed; null when it is. */
function remedyOf(verdict: Verdict, { host, port }: Authority): string | null {
  if (verdict.allow) return null;
  const isPort = verdict.reason === 'port-not-allowed';
  return isPort ? text('check.remedy-port', { port }) : text('check.remedy-host', { host: host.text });
}
