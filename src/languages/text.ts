/**
 * Texts with gaps, in the part of ICU MessageFormat that we need: `{name}`, `{name, plural, one {# worker} other
 * {# workers}}` and `{name, select, client {the client} other {…}}`. `#` is the number of the plural around it. There is
 * no quoting: an apostrophe is an apostrophe. No `node:` import: the page uses it, too.
 */

/** Values for gaps. A list is shown with commas; an empty one, or "", takes the branch "none" of a select. */
export type Values = Readonly<Record<string, string | number | boolean | readonly string[]>>;
type Value = Values[string];

/** How a language counts. */
export interface Grammar {
  /** The plural category of a number (Unicode CLDR): "one", "few", "many", "other" … */
  readonly plural: (count: number) => string;
  /** A number as it is written. */
  readonly number: (value: number) => string;
}

interface Choice {
  readonly name: string;
  readonly kind: 'plural' | 'select';
  readonly branches: ReadonlyMap<string, Parts>;
}

/** A text taken apart: literal, gap, literal, gap … literal. A gap is the name of a value, or a choice. */
export type Parts = readonly (string | Choice)[];

/** The texts of the catalogues; there are as many as they have rows. */
const parsed = new Map<string, Parts>();

const NONE: Values = {};

export const ENGLISH: Grammar = { plural: (count) => (count === 1 ? 'one' : 'other'), number: String };

/** English costs no table of plurals. @param number how numbers are written; plain digits when it is left out */
export function grammarOf(language: string, number: Grammar['number'] = String): Grammar {
  if (language === 'en') return { plural: ENGLISH.plural, number };
  const rules = new Intl.PluralRules(language);
  return { plural: (count) => rules.select(count), number };
}

/**
 * Fills the gaps of a text from values; "?" where one is missing, so that a gap is visible.
 * @param subject asked for what `values` does not have
 * @param more asked last
 */
export function fillText(
  template: string,
  values: Values,
  subject: Values = NONE,
  more: Values = NONE,
  grammar: Grammar = ENGLISH,
): string {
  let parts = parsed.get(template);
  if (parts === undefined) parsed.set(template, (parts = parseText(template)));
  return filled(parts, values, subject, more, grammar);
}

function filled(parts: Parts, values: Values, subject: Values, more: Values, grammar: Grammar): string {
  let text = literal(parts[0]);
  for (let index = 1; index < parts.length; index += 2) {
    const gap = parts[index] ?? '';
    const name = typeof gap === 'string' ? gap : gap.name;
    const value = own(values, name) ?? own(subject, name) ?? own(more, name);
    text +=
      typeof gap === 'string'
        ? textOf(value, grammar)
        : filled(branchOf(gap, value, grammar), values, subject, more, grammar);
    text += literal(parts[index + 1]);
  }
  return text;
}

function literal(part: Parts[number] | undefined): string {
  return typeof part === 'string' ? part : '';
}

const NO_PARTS: Parts = [''];

function branchOf({ kind, branches }: Choice, value: Value | undefined, grammar: Grammar): Parts {
  const key = kind === 'plural' ? category(value, grammar) : textOf(value, grammar) || 'none';
  return branches.get(key) ?? branches.get('other') ?? NO_PARTS;
}

function category(value: Value | undefined, grammar: Grammar): string {
  return typeof value === 'number' ? grammar.plural(value) : 'other';
}

function own(values: Values, name: string): Value | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function textOf(value: Value | undefined, grammar: Grammar): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '?';
  if (typeof value === 'number') return grammar.number(value);
  return typeof value === 'object' ? value.join(', ') : String(value);
}

const GAP = /\{(\w+)\}/y;
const CHOICE = /\{(\w+), (plural|select),/y;
const BRANCH = /\s*(\w+) \{/y;

/** Takes a text apart. What is no gap is literal, a lone brace as well. */
export function parseText(template: string): Parts {
  return readParts(template, 0, null).parts;
}

/** @param counted the value that `#` stands for, inside the branch of a plural; a branch ends at its closing brace */
function readParts(
  text: string,
  from: number,
  counted: string | null,
  nested = false,
): { readonly parts: Parts; readonly end: number } {
  const parts: (string | Choice)[] = [];
  let start = from;
  let at = from;
  const take = (gap: string | Choice, end: number): void => {
    parts.push(text.slice(start, at), gap);
    at = end;
    start = end;
  };
  while (at < text.length) {
    const character = text[at];
    if (character === '}' && nested) break;
    const gap = character === '{' ? matchAt(GAP, text, at) : null;
    const choice = character === '{' && gap === null ? readChoice(text, at, counted) : null;
    if (gap !== null) take(gap[1] ?? '', GAP.lastIndex);
    else if (choice !== null) take(choice.choice, choice.end);
    else if (character === '#' && counted !== null) take(counted, at + 1);
    else at += 1;
  }
  parts.push(text.slice(start, at));
  return { parts, end: at };
}

function readChoice(
  text: string,
  from: number,
  counted: string | null,
): { readonly choice: Choice; readonly end: number } | null {
  const head = matchAt(CHOICE, text, from);
  if (head === null) return null;
  const [whole, name = '', kind] = head;
  const branches = new Map<string, Parts>();
  let at = from + whole.length;
  for (let branch = matchAt(BRANCH, text, at); branch !== null; branch = matchAt(BRANCH, text, at)) {
    const inner = readParts(text, at + branch[0].length, kind === 'plural' ? name : counted, true);
    branches.set(branch[1] ?? '', inner.parts);
    at = inner.end + 1;
  }
  return text[at] === '}' ? { choice: { name, kind: kind as Choice['kind'], branches }, end: at + 1 } : null;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
