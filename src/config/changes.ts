import type { Config } from './schema.ts';

/** Which keys differ between two configurations. Names only: a value may be a secret. */

/** Keys that a running gateway cannot take over: its sockets and processes are made from them. */
export const RESTART_KEYS = ['listen.host', 'listen.port', 'listen.tls', 'workers', 'engine', 'admin'] as const;

/** Differing keys, e.g. ["allowedHosts", "limits.headerBytes", "dns.hosts"], in the order of the schema. */
export function changedKeys(before: Config, after: Config): string[] {
  return differences(before, after, '');
}

/** True for keys of `RESTART_KEYS` and what is below them. */
export function needsRestart(path: string): boolean {
  return RESTART_KEYS.some((key) => path === key || path.startsWith(`${key}.`));
}

/**
 * The new configuration as far as a running gateway can take it over.
 * @param also keys of `RESTART_KEYS` that are taken over all the same
 */
export function reloadable(running: Config, next: Config, also: readonly 'workers'[] = []): Config {
  const { engine, admin } = running;
  const { host, port, tls } = running.listen;
  const { workers } = also.includes('workers') ? next : running;
  return Object.freeze({ ...next, listen: { ...next.listen, host, port, tls }, workers, engine, admin });
}

/** Tables such as `dns.hosts` have entries of any name; the key is told, not the entry. */
const TABLES: readonly string[] = ['dns.hosts'];

function differences(one: unknown, other: unknown, path: string): string[] {
  if (one === other) return [];
  if (!isSection(one) || !isSection(other) || TABLES.includes(path)) return same(one, other) ? [] : [path];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].flatMap((name) => differences(one[name], other[name], path === '' ? name : `${path}.${name}`));
}

function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((entry, index) => same(entry, other[index]));
  }
  if (!isSection(one) || !isSection(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => same(one[name], other[name]));
}

function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
