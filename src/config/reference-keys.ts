/**
 * The reference's setting names and where they are here. `ListenPort` and `LogLevel` are documented (Log Analytics
 * gateway, 2026-04-22; OMS-Agent-for-Linux Troubleshooting.md); the rest follow the names of its cmdlets' parameters.
 * Names are taken in either case; the paths of this configuration ("listen.port") are taken as well.
 */
export const REFERENCE_KEYS: Readonly<Record<string, string>> = {
  ListenPort: 'listen.port',
  LogLevel: 'log.level',
  RelayProxyAddress: 'relayProxy.address',
  RelayProxyUsername: 'relayProxy.username',
  RelayProxyPassword: 'relayProxy.password',
};

/**
 * Keys that older configuration files have on the top level. A row stays for good, so that a file of any age can be
 * upgraded; a name that the schema has again must not be in the table.
 */
const RENAMED: Readonly<Record<string, string>> = {
  ...REFERENCE_KEYS,
  Port: 'listen.port',
  RelayProxyPasswordFile: 'relayProxy.passwordFile',
  MinTlsVersion: 'tls.minVersion',
};

/** The path of a key of an older file, in either case ("listenPort", "ListenPort"); null when it is none. */
export function movedTo(name: string): string | null {
  return Object.entries(RENAMED).find(([old]) => old.toLowerCase() === name.toLowerCase())?.[1] ?? null;
}

/** What `Get-OMSGatewayConfig` prints; the relay proxy has a cmdlet of its own. */
export const SHOWN_KEYS = ['ListenPort', 'LogLevel'] as const;

/** The path here of a name there; the name itself when it is none of the reference's. */
export function pathOfKey(name: string): string {
  const found = Object.entries(REFERENCE_KEYS).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found?.[1] ?? name;
}

/** The reference writes levels in capitals ("DEBUG"). */
export function valueOfKey(path: string, value: string): string {
  return path === 'log.level' ? value.toLowerCase() : value;
}
