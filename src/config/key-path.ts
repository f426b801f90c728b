import { isTree } from './file.ts';
import type { JsonPath } from './json-edit.ts';
import type { Key } from './keys.ts';
import { KEYS } from './keys.ts';
import { isSecretName } from './masking.ts';
import { nearest } from './nearest.ts';

/** Reads how people name a key ("listen.port", "Listen.Port", "allowedHosts[2]", "relayProxy[0].address"). */

export type KeyPath =
  | {
      readonly ok: true;
      /** The path as the schema spells it. */
      readonly path: JsonPath;
      /** How a value given as text is read, see `readValue`. */
      readonly kind: Key['kind'];
      readonly secret: boolean;
    }
  /** The nearest known key, or null. */
  | { readonly ok: false; readonly meant: string | null };

/** Never throws. Names of keys are taken in either case; names in tables (`dns.hosts.a.test`) as they are. */
export function readKeyPath(text: string): KeyPath {
  const plain = text.replaceAll(/\[\d{1,6}\]/g, '');
  const key = KEYS.find(({ path }) => same(path.join('.'), plain));
  if (key !== undefined)
    return found(withPlaces(key.path, text), key.path, placeAtEnd(text) ? entryKind(key.kind) : key.kind);
  const section = KEYS.find(({ path }) => path.length > 1 && same(path[0] ?? '', plain))?.path.slice(0, 1);
  if (section !== undefined) return found(withPlaces(section, text), section, 'json');
  const table = KEYS.find(
    ({ path, fallback }) => isTree(fallback) && same(`${path.join('.')}.`, plain.slice(0, path.join('.').length + 1)),
  );
  const name = table === undefined ? '' : text.slice(table.path.join('.').length + 1);
  if (table !== undefined && name !== '' && name !== '__proto__')
    return found([...table.path, name], table.path, 'json');
  const inEntry = readInEntry(text);
  if (inEntry !== null) return inEntry;
  return {
    ok: false,
    meant: nearest(
      plain,
      KEYS.map(({ path }) => path.join('.')),
    ),
  };
}

/** "hostLists[0].url": a key of an entry whose list is one key to the schema. The schema judges the name. */
function readInEntry(text: string): KeyPath | null {
  const [, entry = '', name = ''] = /^([^[\]]+(?:\[\d{1,6}\])+)\.(\w{1,64})$/.exec(text) ?? [];
  const read = entry === '' ? null : readKeyPath(entry);
  if (read?.ok !== true || read.kind !== 'json') return null;
  return { ok: true, path: [...read.path, name], kind: 'json', secret: read.secret || isSecretName(name) };
}

/** "listen.port", "relayProxy[0].address". */
export function keyPathText(path: JsonPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** The value at a path; undefined when there is none. */
export function valueAtPath(tree: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>((value, part) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    return (value as Record<string | number, unknown>)[part];
  }, tree);
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function found(path: JsonPath, names: readonly string[], kind: Key['kind']): KeyPath {
  return { ok: true, path, kind, secret: names.some(isSecretName) };
}

/** Puts the places of "relayProxy[0].address" behind the names they belong to. */
function withPlaces(names: readonly string[], text: string): JsonPath {
  const parts = text.split('.');
  return names.flatMap((name, index) => {
    const places = [...(parts[index] ?? '').matchAll(/\[(\d+)\]/g)].map(([, digits]) => Number(digits));
    return [name, ...places];
  });
}

function placeAtEnd(text: string): boolean {
  return text.endsWith(']');
}

/** How one entry of a list is read. */
function entryKind(kind: Key['kind']): Key['kind'] {
  return kind === 'list' || kind === 'subject-list' ? 'text' : 'json';
}
