import { admitEntry } from './entry.ts';

/** From the text of a list to its entries: one a line with "#" comments, or JSON (an array, or an object with `hosts`). */

export type ReadList =
  | {
      readonly ok: true;
      /** In their order, each once. */
      readonly entries: readonly string[];
      /** What was skipped and why, e.g. "* would allow every host"; at most `NAMED_LIMIT`. */
      readonly refused: readonly string[];
      readonly refusedCount: number;
    }
  /** `detail` completes "the list …". The whole text is no list. */
  | { readonly ok: false; readonly detail: string };

export const ENTRY_LIMIT = 100_000;
/** Skipped entries that are named. */
const NAMED_LIMIT = 20;
/** Longest text of an entry that is shown. */
const SHOWN_LIMIT = 80;

export function readList(text: string): ReadList {
  const lines = /^\s*[[{]/.test(text) ? jsonEntries(text) : plainEntries(text);
  if (typeof lines === 'string') return { ok: false, detail: lines };
  if (lines.length > ENTRY_LIMIT) return { ok: false, detail: `has more than ${ENTRY_LIMIT} entries` };
  const entries = new Set<string>();
  const refused: string[] = [];
  let refusedCount = 0;
  for (const line of lines) {
    const admitted = typeof line === 'string' ? admitEntry(line) : { ok: false as const, detail: 'is no text' };
    if (admitted.ok) {
      entries.add(admitted.entry);
      continue;
    }
    refusedCount += 1;
    if (refused.length < NAMED_LIMIT) refused.push(`${shown(line)} ${admitted.detail}`);
  }
  // An error page or another kind of file has a good line now and then.
  if (refusedCount > entries.size) {
    return {
      ok: false,
      detail: `is none: ${refusedCount} of its ${lines.length} entries are no hosts, the first one: ${refused[0] ?? ''}`,
    };
  }
  return { ok: true, entries: [...entries], refused, refusedCount };
}

function plainEntries(text: string): string[] | string {
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.replace(/(?:^|\s)#.*$/, '').trim());
  const given = lines.filter((line) => line !== '');
  return given.length === 0 ? 'is empty; [] says that on purpose' : given;
}

function jsonEntries(text: string): unknown[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'begins like JSON and is not valid JSON';
  }
  const list = Array.isArray(value) ? (value as unknown[]) : (value as { hosts?: unknown }).hosts;
  return Array.isArray(list)
    ? (list as unknown[])
    : 'is JSON without a list of hosts; expected [ … ] or { "hosts": [ … ] }';
}

function shown(entry: unknown): string {
  const text = typeof entry === 'string' ? entry : JSON.stringify(entry);
  return text.length > SHOWN_LIMIT ? `${text.slice(0, SHOWN_LIMIT)}…` : text;
}
