import { z } from 'zod';
import { admin } from './schema/admin.ts';
import { clients } from './schema/clients.ts';
import { hostEntry, port, presetEntry, subjectEntry, workspaceEntry } from './schema/entries.ts';
import { limits, timeouts } from './schema/limits.ts';
import { listen } from './schema/listen.ts';
import { log } from './schema/log.ts';
import { agentDiscovery, hostLists, stateDirectory } from './schema/host-lists.ts';
import { addressGuard, dns } from './schema/network.ts';
import { key, oneOf, whole } from './schema/parts.ts';
import { relayProxy } from './schema/relay-proxy.ts';
import { tls } from './schema/tls.ts';

/**
 * The one schema of the configuration: types, defaults, checks, `config/gateway.schema.json` and docs/configuration.md
 * all come from here. One file for each section stands in `schema/`.
 */

export type { KeyMeta } from './schema/parts.ts';

export const configSchema = z.strictObject({
  $schema: key(
    z.string().optional(),
    'a text',
    'the address of the JSON schema',
    'For editors; the gateway does not read it.',
  ),
  listen: listen.prefault({}),
  workers: key(
    z.union([z.literal('auto'), whole(1, 256)]).default('auto'),
    'a number of workers',
    '"auto" or a whole number from 1 to 256',
    'Worker processes; "auto" is one per processor.',
  ),
  engine: oneOf(
    ['auto', 'linux', 'portable'],
    'auto',
    'What moves the bytes; "auto" takes "linux" where it works, else "portable".',
  ),
  mode: oneOf(
    ['enforce', 'report'],
    'enforce',
    '"report" lets through what rules and TLS checks would refuse, and logs it with wouldRefuse; the address guard, authentication, limits and malformed input are enforced all the same.',
  ),
  allowedHosts: key(
    z.array(hostEntry).default([]),
    'a list of hosts',
    'a list of host names, "*.suffix", IP addresses or ranges',
    'Destinations that may be reached. Nothing else may.',
  ),
  allowedPorts: key(
    z.array(port).default([443]),
    'a list of ports',
    'a list of whole numbers from 1 to 65535',
    'Ports that may be reached.',
  ),
  presets: key(
    z.array(presetEntry).default([]),
    'a list of presets',
    'a list of preset names',
    'Named sets of destinations, see config/presets.',
  ),
  workspaces: key(
    z.array(workspaceEntry).default([]),
    'a list of workspaces',
    'a list of workspace ids like "0a1b2c3d-0000-4000-8000-000000000000"',
    'Workspaces of the agents: their endpoints are allowed, and each id is an allowed CN of client certificates.',
  ),
  cloud: oneOf(['public', 'usgovernment', 'china'], 'public', 'Whose hosts the presets stand for.'),
  allowedClientCertificates: key(
    z.array(subjectEntry).default([]),
    'a list of subjects',
    'a list of CNs, or whole subjects like "CN=a,O=b"',
    'Subjects of client certificates that may be used; empty: client certificates are not checked. As a text with "=" one subject, because subjects hold commas.',
  ),
  hostLists,
  stateDirectory,
  agentDiscovery,
  watch: key(
    z.boolean().default(false),
    'true or false',
    'true or false',
    'Reload by itself when the configuration file or a password file changes.',
  ),
  tls: tls.prefault({}),
  relayProxy,
  clients: clients.prefault({}),
  addressGuard: addressGuard.prefault({}),
  dns: dns.prefault({}),
  limits: limits.prefault({}),
  timeouts: timeouts.prefault({}),
  log: log.prefault({}),
  admin: admin.prefault({}),
});

/** A complete, checked configuration: plain data that can cross process boundaries. */
export type Config = z.infer<typeof configSchema>;
