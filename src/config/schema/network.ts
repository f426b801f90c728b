import { z } from 'zod';
import { parseConfiguredHost } from '../../address/host.ts';
import { addressEntry, rangeEntry } from './entries.ts';
import { checked, key } from './parts.ts';

/** `addressGuard` and `dns`: which addresses may be dialed, and how names become addresses. */

export const addressGuard = z.strictObject({
  allow: key(
    z.array(rangeEntry).default([]),
    'a list of ranges',
    'a list of address ranges',
    'Addresses that may be dialed although they are loopback, link-local or otherwise refused.',
  ),
  deny: key(
    z.array(rangeEntry).default([]),
    'a list of ranges',
    'a list of address ranges',
    'Addresses that are never dialed; stronger than allow.',
  ),
  denyPrivate: key(
    z.boolean().default(false),
    'true or false',
    'true or false',
    'Refuse private addresses too (10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7).',
  ),
});

const hostName = checked((text) => {
  const parsed = parseConfiguredHost(text);
  return parsed.ok && parsed.host.kind === 'name' ? null : 'is not a host name';
});

const hostAddresses = key(
  z.union([addressEntry, z.array(addressEntry).min(1)]),
  'an address',
  'an IP address or a list of at least one',
  'An IP address, or a list of them.',
);

/** Two spellings of one name ("a.com", "A.com.") would be two answers to one question. */
function refuseSameName(table: Record<string, unknown>, context: z.RefinementCtx): void {
  const seen = new Map<string, string>();
  for (const name of Object.keys(table)) {
    const parsed = parseConfiguredHost(name);
    const canonical = parsed.ok ? parsed.host.text : name;
    const first = seen.get(canonical);
    if (first === undefined) seen.set(canonical, name);
    else context.addIssue({ code: 'custom', path: [name], message: `is for the same name as "${first}"` });
  }
}

export const dns = z.strictObject({
  hosts: key(
    z.record(hostName, hostAddresses).superRefine(refuseSameName).default({}),
    'a table of names',
    'an object of host names, each with an IP address or a list of them',
    'Names with fixed addresses; asked before the system.',
  ),
  cacheSeconds: key(
    z.number().min(0).max(86_400).default(30),
    'a time',
    'a number of seconds from 0 to 86400',
    'How long a resolved name is kept.',
  ),
});
