import { COMMON_NAME, attributeName } from './attribute-types.ts';

/**
 * A distinguished name (X.501) as facts: how it is written for people (RFC 4514), and the one form in which two of them
 * are compared. Text into a name: `distinguished-name-text.ts`; bytes into a name: `certificate.ts`.
 */

export interface NameAttribute {
  /** Object identifier, e.g. "2.5.4.3". */
  readonly type: string;
  /** The text, or with `encoded` "#" and the value's DER in lower-case hex, for what is no character string. */
  readonly value: string;
  readonly encoded: boolean;
}

/** Relative names in the order of the certificate; each has at least one attribute. */
export type DistinguishedName = readonly (readonly NameAttribute[])[];

/** The longest text `formatName` makes, in UTF-16 units: a name is the peer's choice, a log line is not. */
export const NAME_TEXT_LIMIT = 400;

/**
 * RFC 4514 text. It begins at the end the RFC says, unless only the other end holds a CN: agents' names begin with it in
 * the certificate, and operators look for `CN=` first. Whatever could mislead a reader of a log is escaped as `\XX`, and
 * the text is cut at `NAME_TEXT_LIMIT`.
 */
export function formatName(name: DistinguishedName): string {
  const forward = hasCommonName(name[0]) && !hasCommonName(name.at(-1));
  let text = '';
  for (let index = 0; index < name.length; index += 1) {
    const relative = name[forward ? index : name.length - 1 - index] ?? [];
    for (let part = 0; part < relative.length; part += 1) {
      const attribute = relative[part];
      if (attribute === undefined) continue;
      text += part > 0 ? '+' : index > 0 ? ',' : '';
      text += formatAttribute(attribute);
    }
    if (text.length > NAME_TEXT_LIMIT) return `${text.slice(0, NAME_TEXT_LIMIT - 1)}…`;
  }
  return text;
}

/** The values of all CN attributes, in the order of the certificate. */
export function commonNames(name: DistinguishedName): readonly string[] {
  const values: string[] = [];
  for (const relative of name) {
    for (const { type, value, encoded } of relative) if (type === COMMON_NAME && !encoded) values.push(value);
  }
  return values;
}

/**
 * What two equal names have in common: attributes in any order, letters of any case, spaces at the ends and runs of them
 * dropped (RFC 4518 section 2.6.1). Different names never share it: each value stands behind its length.
 */
export function nameKey(name: DistinguishedName): string {
  return name.map(relativeKey).sort().join('');
}

/** One form for texts that differ in case and spacing only. */
export function foldText(text: string): string {
  // The Kelvin sign is the one letter outside ASCII whose lower case is an ASCII letter: it stays what it is.
  const lower = text.includes('\u212a')
    ? text.replace(/[^\u212a]+/g, (part) => part.toLowerCase())
    : text.toLowerCase();
  return lower.includes('  ') || lower.startsWith(' ') || lower.endsWith(' ')
    ? lower.replace(/ +/g, ' ').replace(/^ | $/g, '')
    : lower;
}

function relativeKey(relative: readonly NameAttribute[]): string {
  const keys = relative.map(({ type, value, encoded }) => {
    const folded = encoded ? value : foldText(value);
    return `${type}${encoded ? '#' : '='}${folded.length}:${folded}`;
  });
  return `${keys.length === 1 ? (keys[0] ?? '') : keys.sort().join('+')},`;
}

function hasCommonName(relative: readonly NameAttribute[] | undefined): boolean {
  return relative?.some(({ type }) => type === COMMON_NAME) ?? false;
}

function formatAttribute({ type, value, encoded }: NameAttribute): string {
  return `${attributeName(type)}=${encoded ? value : escapeValue(value)}`;
}

/** What RFC 4514 section 2.4 escapes. */
const SPECIAL = /["+,;<>\\=]|^[ #]| $/g;
/** Control, format and unassigned characters, lone surrogates, and spaces that are not the plain one. */
const MISLEADING = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** What neither of them changes, as nearly all values are. */
const PLAIN = /^[!$-*\-.-:?-[\]-~](?:[ !#-*\-.-:?-[\]-~]*[!#-*\-.-:?-[\]-~])?$/;

function escapeValue(value: string): string {
  if (value.length <= NAME_TEXT_LIMIT && PLAIN.test(value)) return value;
  // Longer values are cut anyway: what is not shown need not be escaped.
  const shown = value.slice(0, NAME_TEXT_LIMIT).replace(SPECIAL, '\\$&');
  return shown.replace(MISLEADING, (character) => {
    return Array.from(UTF8.encode(character), (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
  });
}

const UTF8 = new TextEncoder();
