import type { Tree } from './file.ts';
import { valueAtPath } from './key-path.ts';
import { movedTo, valueOfKey } from './reference-keys.ts';
import { configSchema } from './schema.ts';
import type { Change } from './store.ts';

/** Older configuration files: what stands where by now. */

export interface Upgrade {
  readonly changes: readonly Change[];
  /** Old and new name of each key that moved. */
  readonly moved: readonly { readonly from: string; readonly to: string }[];
}

/** What brings a tree up to date; no changes when it is. Names are taken in either case ("listenPort", "ListenPort"). */
export function upgradeOf(tree: Tree): Upgrade {
  const known = Object.keys(configSchema.shape);
  const moved = Object.keys(tree).flatMap((from) => {
    if (known.includes(from)) return [];
    const to = movedTo(from);
    return to === null ? [] : [{ from, to }];
  });
  const changes = moved.flatMap(({ from, to }): Change[] => {
    const path = to.split('.');
    const away: Change = { kind: 'set', path: [from], value: undefined };
    // What already stands in the new place is what counts.
    if (valueAtPath(tree, path) !== undefined) return [away];
    return [away, { kind: 'set', path, value: upgraded(to, tree[from]) }];
  });
  return { changes, moved };
}

/** Numbers and levels used to be texts ("8080", "DEBUG"). */
function upgraded(path: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return path === 'listen.port' && /^\d+$/.test(value) ? Number(value) : valueOfKey(path, value);
}
