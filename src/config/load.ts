import { listenCertificateProblem } from './listen-certificate.ts';
import { needsPortable } from './needs-portable.ts';
import type { Overlay } from './environment.ts';
import { overlay } from './environment.ts';
import { readConfigFile } from './file.ts';
import type { Problem } from './problems.ts';
import { problemsOf } from './problems.ts';
import type { Config } from './schema.ts';
import { configSchema } from './schema.ts';

/**
 * Makes a configuration of its sources: file, then `OMS_GATEWAY_*` in the environment, then flags; the last one wins.
 * Either everything is right and the result is frozen, or all problems are told at once.
 */

export interface Sources extends Overlay {
  readonly file: string;
}

export type Loaded =
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Loads, merges and checks. Never throws. */
export function loadConfig({ file, environment, flags }: Sources): Loaded {
  const read = readConfigFile(file);
  // Without the file the rest is still checked: whoever repairs the file learns of everything else as well.
  const { tree, origins, problems } = overlay(read.ok ? read.tree : {}, { environment, flags });
  const checked = check(tree);
  if (checked.ok && read.ok && problems.length === 0) return checked;
  const ofFile = read.ok ? [] : read.problems;
  const ofKeys = checked.ok ? [] : checked.problems.map((problem) => named(problem, origins));
  return { ok: false, problems: [...ofFile, ...problems, ...ofKeys] };
}

/** Checks a configuration that has been read already. */
export function check(tree: unknown): Loaded {
  const result = configSchema.safeParse(tree);
  if (!result.success) return { ok: false, problems: problemsOf(result.error, tree, configSchema) };
  const config = deepFreeze(result.data);
  const problems = contradictions(config);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, config };
}

/** What is wrong with keys that are each right by themselves. */
function contradictions(config: Config): Problem[] {
  const portableOnly = config.engine === 'linux' ? needsPortable(config) : null;
  const certificate = listenCertificateProblem(config);
  if (certificate !== null) return [certificate];
  if (portableOnly === null) return [];
  return [{ path: 'engine', message: `"linux" cannot be used, because ${portableOnly}; use "auto" or "portable"` }];
}

/** Keys that are judged against another one: its origin counts as well. */
const JUDGED_AGAINST: ReadonlyMap<string, string> = new Map([
  ['tls.maxVersion', 'tls.minVersion'],
  ['admin.token', 'admin.host'],
  ['listen.trustedProxies', 'listen.proxyProtocol'],
]);

/** Says where a wrong value came from when it was not the file. */
function named(problem: Problem, origins: ReadonlyMap<string, string>): Problem {
  const { path, message } = problem;
  const key = [...origins.keys()].find((each) => isWithin(path, each));
  if (key !== undefined) return { path: `${path} (from ${origins.get(key)})`, message };
  const other = JUDGED_AGAINST.get(path);
  const origin = other === undefined ? undefined : origins.get(other);
  return origin === undefined ? problem : { path: `${path} (${other} from ${origin})`, message };
}

/** True for "dns.hosts", "dns.hosts.a.com" and "dns.hosts[0]" in "dns.hosts". */
function isWithin(path: string, key: string): boolean {
  return path.startsWith(key) && /^(?:$|[.[])/.test(path.slice(key.length));
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
