import { parseIp } from '../address/ip.ts';
import type { Config } from '../config/schema.ts';
import type { RangeTable } from './range-table.ts';
import { rangeTableOf } from './range-table.ts';
import type { Verdict } from './verdict.ts';

/** Which clients may use the gateway at all. */
export interface ClientRules {
  readonly allow: RangeTable<string>;
  readonly deny: RangeTable<string>;
  /** Whoever comes has to say who it is (`clients.basicAuth`). */
  readonly authenticated: boolean;
  /** False when every address may come: then none has to be read. */
  readonly anyRange: boolean;
}

/** @throws when a range is not valid; configuration is checked before it gets here */
export function compileClientRules({ allow, deny, basicAuth }: Config['clients']): ClientRules {
  return {
    allow: rangeTableOf(allow),
    deny: rangeTableOf(deny),
    authenticated: basicAuth.length > 0,
    anyRange: allow.length > 0 || deny.length > 0,
  };
}

/** @param client its address as text; what is none is not allowed where there is a rule */
export function judgeClient({ allow, deny, anyRange }: ClientRules, client: string): Verdict {
  if (!anyRange) return { allow: true, rule: 'clients.allow: everyone' };
  const address = parseIp(client);
  if (address === null || deny.find(address) !== null) return refused(client, 'it is in clients.deny');
  const range = allow.size === 0 ? 'everyone' : allow.find(address);
  if (range === null) return refused(client, 'it is not in clients.allow');
  return { allow: true, rule: `clients.allow: ${range}` };
}

function refused(address: string, detail: string): Verdict {
  return { allow: false, reason: 'client-not-allowed', fields: { address, detail } };
}
