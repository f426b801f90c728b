/**
 * Keys that the design knows and this version does not implement. Each is refused by name: a rule that is quietly
 * ignored is a rule somebody believes in. A key leaves this list when it enters the schema.
 */
const UNSUPPORTED = ['clients', 'limits.maxTunnels'] as const;

/** What is said about such a key. */
export const UNSUPPORTED_TEXT = 'is not supported by this version; it is refused, because ignoring it could be unsafe';

/** @param path e.g. "clients" or "limits.maxTunnels" */
export function isUnsupportedKey(path: string): boolean {
  return UNSUPPORTED.some((key) => key === path);
}

/** @param names how a key's path becomes a variable, e.g. "admin" to "OMS_GATEWAY_ADMIN" */
export function isUnsupportedVariable(variable: string, names: (path: readonly string[]) => string): boolean {
  return UNSUPPORTED.some((key) => {
    const name = names(key.split('.'));
    return variable === name || variable.startsWith(`${name}_`);
  });
}
