import type { Tree } from '../config/file.ts';
import type { EditPlan } from './edit.ts';

/** Edits of the lists in the file that commands add to and remove from. Entries are compared by what they mean, not by spelling. */

export interface ListSentences {
  readonly added: (entry: string) => string;
  readonly present: (entry: string) => string;
  readonly removed: (entry: string) => string;
  readonly missing: (entry: string) => string;
}

export interface ListEdit {
  /** The key, e.g. "allowedHosts". */
  readonly key: string;
  /** The form in which two entries that mean the same are equal; the text itself for what is no entry. */
  readonly canonical: (entry: string) => string;
  readonly sentences: ListSentences;
}

/** The entries of a list as the file has them; what is no text is the schema's to refuse. */
export function entriesOf(tree: Tree, key: string): string[] {
  const list = tree[key];
  return Array.isArray(list) ? list.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry))) : [];
}

/** Adds what is not there yet. Adding what is there is no failure: a runbook may run twice. */
export function planAdd({ key, canonical, sentences }: ListEdit, entries: readonly string[], tree: Tree): EditPlan {
  const known = new Set(entriesOf(tree, key).map(canonical));
  const added: string[] = [];
  const present: string[] = [];
  for (const entry of entries) {
    (known.has(canonical(entry)) ? present : added).push(entry);
    known.add(canonical(entry));
  }
  return {
    changes: added.length === 0 ? [] : [{ kind: 'append', path: [key], values: added }],
    did: added.map(sentences.added),
    notes: present.map(sentences.present),
  };
}

/** Removes all spellings of the entries. All or none: an entry that is missing is probably a mistake, and fails. */
export function planRemove({ key, canonical, sentences }: ListEdit, entries: readonly string[], tree: Tree): EditPlan {
  const wanted = new Set(entries.map(canonical));
  const list = entriesOf(tree, key).map(canonical);
  const missing = entries.filter((entry) => !list.includes(canonical(entry)));
  if (missing.length > 0) return { changes: [], did: [], notes: missing.map(sentences.missing), failed: true };
  const indexes = list.flatMap((entry, index) => (wanted.has(entry) ? [index] : []));
  return { changes: [{ kind: 'remove', path: [key], indexes }], did: entries.map(sentences.removed) };
}
