import { readFileSync } from 'node:fs';
import { targetOf, writeAtomically } from './atomic-write.ts';
import type { Tree } from './file.ts';
import { readConfigFile } from './file.ts';
import { appendJson, editJson } from './json-edit.ts';
import type { JsonPath } from './json-edit.ts';
import { check } from './load.ts';
import { lock } from './lock.ts';
import { holdsSecret } from './masking.ts';
import type { Problem } from './problems.ts';

/**
 * Edits of the configuration file: read, change, check against the schema, replace. What the schema refuses is not
 * written, and everything that is wrong is told at once.
 */

/** One change of the file. `set` with undefined takes the key away; `append` adds to a list that may be missing. */
export type Change =
  | { readonly kind: 'set'; readonly path: JsonPath; readonly value: unknown }
  | { readonly kind: 'append'; readonly path: JsonPath; readonly values: readonly unknown[] }
  /** Takes entries of a list away by their place. */
  | { readonly kind: 'remove'; readonly path: JsonPath; readonly indexes: readonly number[] };

export type Edited =
  /** `changed` is false when there was nothing to do: then nothing was written. */
  | { readonly ok: true; readonly file: string; readonly changed: boolean; readonly tree: Tree }
  /** The new configuration would be wrong, or the present one is. */
  | { readonly ok: false; readonly kind: 'wrong'; readonly problems: readonly Problem[] }
  /** Another editor holds the lock. */
  | { readonly ok: false; readonly kind: 'locked'; readonly owner: string }
  /** The file or its folder cannot be written; `code` is the errno. */
  | { readonly ok: false; readonly kind: 'unwritable'; readonly code: string };

export interface EditOptions {
  /** Make the file when it is missing. */
  readonly create?: boolean;
  /** Say what would happen, and write nothing. */
  readonly dryRun?: boolean;
  /** How long to wait for another editor, in milliseconds. */
  readonly waitMs?: number;
}

/** From so many changes on a list is written anew instead of entry by entry, each of which reads the whole text. */
const MANY = 50;

/**
 * @param plan looks at the file's tree and answers what to change; it runs under the lock, so what it saw stays true.
 * An empty answer changes nothing.
 */
export async function editConfig(
  path: string,
  plan: (tree: Tree) => readonly Change[],
  { create = false, dryRun = false, waitMs }: EditOptions = {},
): Promise<Edited> {
  const file = targetOf(path);
  const locked = await lock(file, waitMs);
  if (!locked.ok) {
    return locked.code === null
      ? { ok: false, kind: 'locked', owner: locked.owner }
      : lockFailure(path, file, locked.code);
  }
  try {
    return edit(path, file, plan, { create, dryRun });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { ok: false, kind: 'unwritable', code };
  } finally {
    locked.release();
  }
}

/** A folder that is missing is told as the file that is missing. */
function lockFailure(path: string, file: string, code: string): Edited {
  const read = readConfigFile(file);
  if (code === 'ENOENT' && !read.ok) return { ok: false, kind: 'wrong', problems: renamed(read.problems, file, path) };
  return { ok: false, kind: 'unwritable', code };
}

function edit(
  path: string,
  file: string,
  plan: (tree: Tree) => readonly Change[],
  { create, dryRun }: { create: boolean; dryRun: boolean },
): Edited {
  const found = textOf(file);
  const read = found === null && create ? { ok: true as const, tree: {} } : readConfigFile(file);
  if (!read.ok) return { ok: false, kind: 'wrong', problems: renamed(read.problems, file, path) };
  const before = found ?? '{}\n';
  const after = plan(read.tree).reduce(applyChange, before);
  const tree = parse(after);
  const checked = check(tree);
  if (!checked.ok) return { ok: false, kind: 'wrong', problems: checked.problems };
  if (after === found || (found === null && !create)) return { ok: true, file, changed: false, tree };
  if (!dryRun) writeAtomically(file, after, { secret: holdsSecret(tree) });
  return { ok: true, file, changed: true, tree };
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** The user named `path`, which may be a link. */
function renamed(problems: readonly Problem[], file: string, path: string): Problem[] {
  return problems.map((problem) => ({ ...problem, path: problem.path.replace(file, path) }));
}

function parse(text: string): Tree {
  return JSON.parse(text.replace(/^\uFEFF/, '')) as Tree;
}

function applyChange(text: string, change: Change): string {
  switch (change.kind) {
    case 'set':
      return editJson(text, change.path, change.value);
    case 'append':
      return appendJson(text, change.path, change.values);
    case 'remove': {
      const list = listAt(text, change.path);
      const rest = list.filter((_, index) => !change.indexes.includes(index));
      if (change.indexes.length > MANY) return editJson(text, change.path, rest);
      // From the back, so that the places before stay what they are.
      const places = [...change.indexes].sort((one, other) => other - one);
      return places.reduce((edited, index) => editJson(edited, [...change.path, index], undefined), text);
    }
  }
}

/** The list at a path; an empty one when the path leads nowhere or to something else, which the schema then judges. */
function listAt(text: string, path: JsonPath): readonly unknown[] {
  const found = path.reduce<unknown>((value, part) => {
    return typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[part] : undefined;
  }, parse(text));
  return Array.isArray(found) ? found : [];
}
