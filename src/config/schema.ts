import { z } from 'zod';
import { parseConfiguredHost } from '../address/host.ts';
import { parseCidr, parseIp } from '../address/ip.ts';
import { parseHostPattern } from '../policy/host-pattern.ts';
import { presetNames } from './preset-names.ts';

/**
 * The one schema of the configuration: types, defaults, checks, `config/gateway.schema.json` and docs/configuration.md
 * all come from here. Each key says what it is (`noun`), what would be right (`expected`) and what it is for.
 */

/** What a key's documentation and its error messages are made of. */
export interface KeyMeta extends Record<string, unknown> {
  readonly noun: string;
  readonly expected: string;
  readonly description: string;
}

function key<Schema extends z.ZodType>(schema: Schema, noun: string, expected: string, description: string): Schema {
  const meta: KeyMeta = { noun, expected, description };
  return schema.meta(meta);
}

function whole(from: number, to: number): z.ZodInt {
  return z.int().min(from).max(to);
}

function seconds(fallback: number, description: string): z.ZodDefault<z.ZodNumber> {
  const schema = z.number().min(0.05).max(2_592_000).default(fallback);
  return key(schema, 'a time', 'a number of seconds from 0.05 to 2592000', description);
}

type TextEnum<Value extends string> = z.ZodEnum<{ [Each in Value]: Each }>;

function oneOf<const Value extends string>(
  values: readonly [Value, ...Value[]],
  fallback: NoInfer<Value>,
  description: string,
): z.ZodDefault<TextEnum<Value>> {
  const choices = z.enum(values) as unknown as TextEnum<Value>;
  const expected = `one of ${values.map((value) => `"${value}"`).join(', ')}`;
  return key(choices.default(fallback as never), 'a known value', expected, description);
}

/** A text checked by `problem`, which answers what is wrong with it, or null. */
function checked(problem: (text: string) => string | null): z.ZodType<string, string> {
  return z.string().superRefine((text, context) => {
    const message = problem(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });
}

const port = key(whole(1, 65_535), 'a port', 'a whole number from 1 to 65535', 'A TCP port.');
const hostEntry = key(
  checked((text) => {
    const parsed = parseHostPattern(text);
    return parsed.ok ? null : parsed.detail;
  }),
  'a host',
  'a host name, "*.suffix", an IP address or a range like 10.1.0.0/16',
  'A host name, "*.suffix", an IP address or a range.',
);
const rangeEntry = key(
  checked((text) => {
    return parseCidr(text) === null ? 'is not an address range; expected one like 10.0.0.0/8 or fd00::/8' : null;
  }),
  'an address range',
  'one like 10.0.0.0/8 or fd00::/8',
  'An IP address, or a range like 10.0.0.0/8.',
);
const addressEntry = checked((text) => {
  return parseIp(text) === null ? 'is not an IP address; expected one like 10.0.0.7 or fd00::7' : null;
});
const presetEntry = key(
  checked((text) => {
    return presetNames().includes(text) ? null : `is not a preset; known are ${presetNames().join(', ')}`;
  }),
  'the name of a preset',
  'the name of a file in config/presets',
  'The name of a preset.',
);

const listen = z.strictObject({
  host: key(
    addressEntry.default('::'),
    'an address',
    'an IP address',
    'Address to listen on; "::" is every address of both families.',
  ),
  port: key(port.default(8080), 'a port', 'a whole number from 1 to 65535', 'Port to listen on.'),
});

const tlsKeys = z.strictObject({
  minVersion: oneOf(
    ['1.0', '1.1', '1.2', '1.3'],
    '1.2',
    'Lowest TLS version; a ClientHello that offers nothing from here to maxVersion is refused.',
  ),
  maxVersion: oneOf(['1.0', '1.1', '1.2', '1.3'], '1.3', 'Highest TLS version.'),
  missingSni: oneOf(
    ['reject', 'allow'],
    'reject',
    'What to do with a ClientHello without server name when CONNECT named a host.',
  ),
  encryptedClientHello: oneOf(
    ['reject', 'reject-mismatch', 'allow'],
    'reject-mismatch',
    'Encrypted ClientHello: refuse it, let it pass while the visible name equals the CONNECT host, or let it pass with any visible name.',
  ),
});

const tls = tlsKeys.superRefine(({ minVersion, maxVersion }, context) => {
  if (maxVersion >= minVersion) return;
  const message = `is below tls.minVersion "${minVersion}"; no TLS session could pass`;
  context.addIssue({ code: 'custom', path: ['maxVersion'], message });
});

const addressGuard = z.strictObject({
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

const dns = z.strictObject({
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

const limits = z.strictObject({
  headerBytes: key(
    whole(256, 1_048_576).default(8192),
    'a size',
    'a whole number of bytes from 256 to 1048576',
    'Largest CONNECT request, in bytes; above it the answer is 431.',
  ),
  handshakeBytes: key(
    whole(4096, 16_777_216).default(262_144),
    'a size',
    'a whole number of bytes from 4096 to 16777216',
    'Largest ClientHello, in bytes, record heads included.',
  ),
});

const timeouts = z.strictObject({
  connectRequest: seconds(10, 'For a client to finish its CONNECT request; then 408.'),
  clientHello: seconds(10, 'For a client to finish its ClientHello after 200.'),
  dial: seconds(10, 'For resolving and connecting the destination; then 504.'),
  handshake: seconds(30, 'For the destination to answer the ClientHello.'),
  idle: seconds(600, 'Without a byte in either direction; then the tunnel ends.'),
  halfClosed: seconds(60, 'Without a byte after one side has finished sending; then the tunnel ends.'),
  drain: seconds(30, 'For open tunnels to finish when the gateway stops.'),
});

/** BCP 47 tags of the languages the reference speaks. */
const LANGUAGES = [
  ...(['en', 'zh-Hans', 'zh-Hant', 'cs', 'nl', 'fr', 'de', 'hu'] as const),
  ...(['it', 'ja', 'ko', 'pl', 'pt-BR', 'pt-PT', 'ru', 'es'] as const),
] as const;

const log = z.strictObject({
  level: oneOf(['debug', 'info', 'warn', 'error'], 'info', 'Lowest level of events that are written.'),
  file: key(
    checked((text) => {
      return /\p{Cc}/u.test(text) ? 'has a control character in it; write \\\\ for a backslash' : null;
    }).default(''),
    'a file name',
    'a file name, or "" for standard output',
    'File the events are appended to; "" is standard output.',
  ),
  language: oneOf(
    LANGUAGES,
    'en',
    'Language of the sentences in events. This version writes English whatever it says.',
  ),
});

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
  engine: oneOf(['auto', 'portable'], 'auto', 'What moves the bytes; "auto" takes the fastest that works here.'),
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
  cloud: oneOf(['public', 'usgovernment', 'china'], 'public', 'Whose hosts the presets stand for.'),
  tls: tls.prefault({}),
  addressGuard: addressGuard.prefault({}),
  dns: dns.prefault({}),
  limits: limits.prefault({}),
  timeouts: timeouts.prefault({}),
  log: log.prefault({}),
});

/** A complete, checked configuration: plain data that can cross process boundaries. */
export type Config = z.infer<typeof configSchema>;
