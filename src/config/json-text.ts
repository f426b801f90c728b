/**
 * Reads JSON (RFC 8259) that a person wrote: says line, column and what stands there, in the same words on every
 * runtime and without quoting the file. Refuses a name given twice and `__proto__`: JSON.parse would quietly take one
 * reading of the two. JSON.parse makes the value; this only looks for reasons to refuse. Never throws.
 */

export type JsonRead =
  | { readonly ok: true; readonly value: unknown }
  /** Lines and columns count from 1; a column is a UTF-16 unit, as editors count. */
  | { readonly ok: false; readonly line: number; readonly column: number; readonly detail: string };

const DEPTH_LIMIT = 64;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;
const WORD = /(?:true|false|null)(?!\w)/y;
/** A text up to its closing quote, or to the first character that cannot stand in one. */
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const FOUND_LIMIT = 24;

export function readJson(text: string): JsonRead {
  const scanner = new Scanner(text);
  const refusal = scanner.document();
  if (refusal !== null) return { ok: false, ...placeOf(text, scanner.at), detail: refusal };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, line: 1, column: 1, detail: 'not valid JSON' };
  }
}

function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Walks over the text; each part answers what is wrong, with `at` on the spot, or null. */
class Scanner {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  document(): string | null {
    const refusal = this.#value(0);
    if (refusal !== null) return refusal;
    return this.at === this.#text.length ? null : this.#unexpected('nothing more');
  }

  #value(depth: number): string | null {
    this.#skip(SPACE);
    if (depth > DEPTH_LIMIT) return `more than ${DEPTH_LIMIT} levels`;
    const refusal = this.#bareValue(depth);
    // A refusal leaves `at` on its spot.
    if (refusal === null) this.#skip(SPACE);
    return refusal;
  }

  #bareValue(depth: number): string | null {
    switch (this.#text.charAt(this.at)) {
      case '{':
        return this.#members('}', new Set(), depth);
      case '[':
        return this.#members(']', null, depth);
      case '"':
        return this.#string();
      default:
        return this.#skip(NUMBER) || this.#skip(WORD) ? null : this.#unexpected('a value');
    }
  }

  /** The inside of an object (`names` collects what it has) or of a list (`names` is null). */
  #members(end: '}' | ']', names: Set<string> | null, depth: number): string | null {
    this.at += 1;
    this.#skip(SPACE);
    if (this.#take(end)) return null;
    for (;;) {
      const refusal = (names === null ? null : this.#name(names)) ?? this.#value(depth + 1);
      if (refusal !== null) return refusal;
      if (this.#take(end)) return null;
      if (!this.#take(',')) return this.#unexpected(`"," or "${end}"`);
    }
  }

  #name(names: Set<string>): string | null {
    this.#skip(SPACE);
    const start = this.at;
    if (this.#text[start] !== '"') return this.#unexpected('a key in double quotes');
    const refusal = this.#string();
    if (refusal !== null) return refusal;
    const name = JSON.parse(this.#text.slice(start, this.at)) as string;
    if (names.has(name) || name === '__proto__') {
      this.at = start;
      return name === '__proto__' ? 'the key "__proto__" is not allowed' : `the key ${printable(name)} is given twice`;
    }
    names.add(name);
    this.#skip(SPACE);
    return this.#take(':') ? null : this.#unexpected('":"');
  }

  #string(): string | null {
    this.#skip(TEXT);
    if (this.#take('"')) return null;
    if (this.#text[this.at] === '\\') return 'a backslash that starts no escape; write \\\\ for a backslash';
    return 'a text must end with a double quote on its own line and hold no control characters';
  }

  #take(character: string): boolean {
    if (this.#text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    if (!pattern.test(this.#text)) return false;
    this.at = pattern.lastIndex;
    return true;
  }

  #unexpected(expected: string): string {
    if (this.at >= this.#text.length) return `the text ends here; expected ${expected}`;
    const rest = this.#text.slice(this.at, this.at + FOUND_LIMIT);
    if (/^(?:\/\/|\/\*|#)/.test(rest)) return 'a comment stands here; JSON has no comments';
    if (rest.startsWith("'")) return `a single quote stands here; expected ${expected}, JSON uses double quotes`;
    if (rest.startsWith('"')) return `a double quote stands here; expected ${expected}`;
    const found = /^\w+/.exec(rest)?.[0] ?? String.fromCodePoint(rest.codePointAt(0) ?? 0);
    // The comma before it is the mistake, and the one people make most.
    const comma = /,\s*$/.test(this.#text.slice(0, this.at)) && /^[}\]]/.test(found);
    return `${printable(found)} stands here${comma ? ' after a comma' : ''}; expected ${expected}`;
  }
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const PRINTED_LIMIT = 120;

/** A text or other value as JSON that is safe on a terminal and bounded. */
export function printable(value: unknown, mask?: (name: string, value: unknown) => unknown): string {
  // Numbers beyond what JSON can say (1e999) would be shown as null.
  const json = typeof value === 'number' ? String(value) : (JSON.stringify(value, mask) as string | undefined);
  const text = (json ?? 'nothing').replace(
    UNPRINTABLE,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return text.length > PRINTED_LIMIT ? `${text.slice(0, PRINTED_LIMIT)}…` : text;
}
