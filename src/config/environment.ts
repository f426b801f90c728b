import type { Tree } from './file.ts';
import { isTree } from './file.ts';
import { readJson } from './json-text.ts';
import type { Key } from './keys.ts';
import { KEYS, VARIABLE_PREFIX } from './keys.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problems.ts';

/** Lays values given as text, from `OMS_GATEWAY_*` variables and then from flags, over what the file says. */

export interface Overlay {
  /** e.g. { "OMS_GATEWAY_LISTEN_PORT": "9090" }; other variables are not looked at. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Values by flag name, e.g. { "--listen-port": "9090" }. */
  readonly flags: Readonly<Record<string, string>>;
}

export interface Overlaid {
  readonly tree: Tree;
  /** Which variable or flag a key's value is from, by key, e.g. "listen.port". */
  readonly origins: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/** Variables with our prefix that are not keys. */
const OTHER_VARIABLES: readonly string[] = ['OMS_GATEWAY_CONFIG'];

/** Values are only put in place here, the schema judges them later. The tree given is left as it is. */
export function overlay(base: Tree, { environment, flags }: Overlay): Overlaid {
  const tree = structuredClone(base);
  const origins = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith(VARIABLE_PREFIX) || OTHER_VARIABLES.includes(name) || text === undefined) continue;
    const key = KEYS.find(({ variable }) => variable === name);
    if (key === undefined) problems.push({ path: name, message: unknownVariable(name) });
    else if (put(tree, key, text)) origins.set(key.path.join('.'), name);
    else problems.push(...overList(tree, key, name));
  }
  for (const [name, text] of Object.entries(flags)) {
    const key = KEYS.find(({ flag }) => flag === name);
    if (key === undefined) problems.push({ path: name, message: unknownName('flag', name, allFlags()) });
    else if (put(tree, key, text)) origins.set(key.path.join('.'), name);
    else problems.push(...overList(tree, key, name));
  }
  return { tree, origins, problems };
}

function unknownVariable(name: string): string {
  return unknownName('variable', name, [...KEYS.map(({ variable }) => variable), ...OTHER_VARIABLES]);
}

function unknownName(kind: string, name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return `is not a ${kind} this version knows${meant === null ? '' : `; did you mean ${meant}?`}`;
}

function allFlags(): string[] {
  return KEYS.map(({ flag }) => flag);
}

/** False when the section of the key is no object: then the file is wrong there, and must be seen to be wrong. */
function put(tree: Tree, key: Key, text: string): boolean {
  let section = tree;
  for (const name of key.path.slice(0, -1)) {
    if (section[name] === undefined) section[name] = {};
    const inner = section[name];
    if (!isTree(inner)) return false;
    section = inner;
  }
  section[key.path.at(-1) ?? ''] = readValue(key.kind, text);
  return true;
}

/** A list of relays is right in the file, so nothing else would say that a value for one relay went nowhere. */
function overList(tree: Tree, { path: [section = ''] }: Key, name: string): Problem[] {
  const listed = Array.isArray(tree[section]);
  return listed ? [{ path: name, message: `is for one, but ${section} is a list in the file; change it there` }] : [];
}

/** What cannot be read as the key's kind stays a text, and the schema says what is wrong with it. */
export function readValue(kind: Key['kind'], text: string): unknown {
  switch (kind) {
    case 'text':
      return text;
    case 'json':
      return json(text);
    case 'list':
    case 'json-list':
    case 'subject-list': {
      if (text.trimStart().startsWith('[')) return json(text);
      if (kind === 'subject-list' && text.includes('=')) return [text.trim()];
      const entries = text.split(',').map((entry) => entry.trim());
      const given = entries.filter((entry) => entry !== '');
      return kind === 'json-list' ? given.map(json) : given;
    }
  }
}

function json(text: string): unknown {
  const read = readJson(text);
  return read.ok ? read.value : text;
}
