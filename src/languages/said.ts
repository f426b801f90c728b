/**
 * Puts into another language what has been said in English already: a sentence made of half sentences that a table knows, with
 * values between. What says it stays free of languages, and what has crossed a network can still be translated.
 */

/** Translations by English text; both may have gaps like `{limit}`. */
export type SaidTable = Readonly<Record<string, string>>;

interface Row {
  readonly pattern: RegExp;
  readonly gaps: readonly string[];
  readonly translation: string;
  /** Letters that are not gaps: of several rows that fit, the one that says most is meant. */
  readonly weight: number;
}

/** Gaps that hold a half sentence rather than a value. */
const INNER: ReadonlySet<string> = new Set(['complaint', 'expected', 'detail', 'why', 'values', 'form']);
/** Those that have to be known, or the row is another one. */
const WHOLE: ReadonlySet<string> = new Set(['complaint', 'detail']);
/** A half sentence that says something of what stands in front of it. */
const PREDICATE = /^(?:is|has|would|opens|begins|ends|puts|needs|cannot|may|does|holds) /;
/** What such a one may be about: a text in quotes, or another value or name, in which no half sentence ends. */
const VALUE = '"(?:[^"\\\\]|\\\\.)*"|[^;]*?';
const GAP = /\{(\w+)\}/g;
/** Half sentences within half sentences: no text of ours goes deeper. */
const DEPTH_LIMIT = 4;

const compiled = new WeakMap<SaidTable, readonly Row[]>();

/** The text in the language of the table; null where the table does not have all of it. */
export function translateSaid(table: SaidTable, text: string, depth = 0): string | null {
  if (Object.hasOwn(table, text)) return table[text] ?? null;
  if (depth >= DEPTH_LIMIT) return null;
  for (const row of rowsOf(table)) {
    const found = row.pattern.exec(text);
    const said = found === null ? null : fill(table, row, found, depth);
    if (said !== null) return said;
  }
  return null;
}

/** A problem as it is printed, "path: message", in the language of the table; as it is where the table does not have it. */
export function translateProblem(table: SaidTable, text: string): string {
  // What is in front may have a colon in it, too: a quoted name, or the place in a file.
  for (let at = -2; (at = text.indexOf(': ', at + 2)) >= 0;) {
    const said = translateSaid(table, text.slice(at + 2));
    if (said === null) continue;
    const place = text.slice(0, at);
    return `${translateSaid(table, place) ?? place}: ${said}`;
  }
  return translateSaid(table, text) ?? text;
}

function fill(table: SaidTable, { gaps, translation }: Row, found: RegExpExecArray, depth: number): string | null {
  const [, about = '', ...values] = found;
  const spoken = new Map<string, string>();
  for (const [index, gap] of gaps.entries()) {
    const value = values[index] ?? '';
    const inner = INNER.has(gap) ? translateSaid(table, value, depth + 1) : value;
    // What is wrong has to be known; what would be right may be an example.
    if (inner === null && WHOLE.has(gap)) return null;
    spoken.set(gap, inner ?? value);
  }
  const said = translation.replace(GAP, (gap, name: string) => spoken.get(name) ?? gap);
  if (about === '') return said;
  return `${translateSaid(table, about, DEPTH_LIMIT) ?? about} ${said}`;
}

function rowsOf(table: SaidTable): readonly Row[] {
  let rows = compiled.get(table);
  if (rows === undefined) {
    rows = Object.entries(table).map(rowOf);
    compiled.set(table, (rows = [...rows].sort((one, other) => other.weight - one.weight)));
  }
  return rows;
}

function rowOf([english, translation]: [string, string]): Row {
  const gaps = [...english.matchAll(GAP)].map(([, name = '']) => name);
  const literals = english.split(GAP).filter((_, index) => index % 2 === 0);
  const body = literals.map(escaped).join('([^]+?)');
  const about = PREDICATE.test(english) ? `(?:(${VALUE}) )?` : '()';
  return { pattern: new RegExp(`^${about}${body}$`), gaps, translation, weight: weightOf(gaps, literals) };
}

/** Rows around a half sentence first: they fit only where that is known. */
function weightOf(gaps: readonly string[], literals: readonly string[]): number {
  return (gaps.some((gap) => WHOLE.has(gap)) ? 1_000 : 0) + literals.join('').length;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
