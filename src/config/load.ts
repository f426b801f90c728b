import { readFileSync } from 'node:fs';
import type { Key } from './keys.ts';
import { KEYS } from './keys.ts';
import type { Problem } from './problems.ts';
import { problemsOf } from './problems.ts';
import type { Config } from './schema.ts';
import { configSchema } from './schema.ts';

/** Makes a configuration of its sources: file, then `OMS_GATEWAY_*` in the environment, then flags. The last one wins. */

export interface Sources {
  readonly file: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Values by flag name, e.g. { "--listen-port": "9090" }. */
  readonly flags: Readonly<Record<string, string>>;
}

export type Loaded =
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly problems: readonly Problem[] };

type Tree = Record<string, unknown>;

/** Variables that are not keys. */
const OTHER_VARIABLES = new Set(['OMS_GATEWAY_CONFIG']);

/** Loads, merges and checks; answers all problems at once. Never throws. */
export function loadConfig({ file, environment, flags }: Sources): Loaded {
  const read = readConfigFile(file);
  if (!read.ok) return read;
  const problems: Problem[] = [];
  const tree = structuredClone(read.tree);
  const origins = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith('OMS_GATEWAY_') || OTHER_VARIABLES.has(name) || value === undefined) continue;
    const key = KEYS.find(({ variable }) => variable === name);
    if (key === undefined) problems.push({ path: name, message: 'is not a variable this version knows' });
    else put(tree, key, value, name, origins);
  }
  for (const [name, value] of Object.entries(flags)) {
    const key = KEYS.find(({ flag }) => flag === name);
    if (key !== undefined) put(tree, key, value, name, origins);
  }
  const checked = check(tree);
  if (!checked.ok) problems.push(...checked.problems.map((problem) => named(problem, origins)));
  return checked.ok && problems.length === 0 ? checked : { ok: false, problems };
}

/** Checks a configuration that has been read already. */
export function check(tree: unknown): Loaded {
  const result = configSchema.safeParse(tree);
  if (!result.success) return { ok: false, problems: problemsOf(result.error, tree, configSchema) };
  const { minVersion, maxVersion } = result.data.tls;
  if (maxVersion < minVersion) {
    const message = `"${maxVersion}" is below tls.minVersion "${minVersion}"; no TLS session could pass`;
    return { ok: false, problems: [{ path: 'tls.maxVersion', message }] };
  }
  return { ok: true, config: deepFreeze(result.data) };
}

type ReadFile = { readonly ok: true; readonly tree: Tree } | { readonly ok: false; readonly problems: Problem[] };

function readConfigFile(file: string): ReadFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    return unreadable(file, code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`);
  }
  try {
    const tree: unknown = JSON.parse(text);
    if (typeof tree === 'object' && tree !== null && !Array.isArray(tree)) return { ok: true, tree: tree as Tree };
    return unreadable(file, 'does not hold a JSON object; expected { … }');
  } catch (error) {
    return unreadable(file, `is not valid JSON: ${jsonProblem(text, error)}`);
  }
}

/** Node tells the position in its message; people want line and column. */
function jsonProblem(text: string, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const position = /at position (\d+)/.exec(said)?.[1];
  if (position === undefined) return said;
  const before = text.slice(0, Number(position)).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  const comment = /^\s*(\/\/|\/\*|#)/.test(text.slice(Number(position))) ? ' (JSON has no comments)' : '';
  return `${said.replace(/ in JSON at position.*$/s, '').replace(/\n/g, ' ')} at ${place}${comment}`;
}

function unreadable(file: string, message: string): ReadFile {
  return { ok: false, problems: [{ path: file, message }] };
}

/** Puts a value given as text into the tree; what cannot be read as JSON stays a text, and the schema says what is wrong. */
function put(tree: Tree, key: Key, text: string, origin: string, origins: Map<string, string>): void {
  const branches = key.path.slice(0, -1);
  const last = key.path.at(-1) ?? '';
  let at: Tree = tree;
  for (const branch of branches) {
    if (typeof at[branch] !== 'object' || at[branch] === null) at[branch] = {};
    at = at[branch] as Tree;
  }
  at[last] = valueOf(key, text);
  origins.set(key.path.join('.'), origin);
}

function valueOf(key: Key, text: string): unknown {
  if (key.kind === 'text') return text;
  if (key.kind === 'list' && !text.trimStart().startsWith('[')) {
    const entries = text.split(',').map((entry) => entry.trim());
    return entries
      .filter((entry) => entry !== '')
      .map((entry) => (key.path[0] === 'allowedPorts' ? json(entry) : entry));
  }
  return json(text);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Says where a wrong value came from when it was not the file. */
function named(problem: Problem, origins: ReadonlyMap<string, string>): Problem {
  const key = problem.path.replace(/\[\d+\].*$/, '');
  const origin = origins.get(key);
  return origin === undefined ? problem : { ...problem, path: `${problem.path} (from ${origin})` };
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
