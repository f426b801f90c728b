import { applyEdits, modify } from 'jsonc-parser';

/** Changes one place of a JSON text and leaves the rest as it was written: key order, indentation, line ends, the last line. */

export type JsonPath = readonly (string | number)[];

/**
 * @param path where, e.g. ["allowedHosts", 2]; missing sections are made
 * @param value the new value; undefined takes the key, or the entry of a list, away
 */
export function editJson(text: string, path: JsonPath, value: unknown): string {
  const { body, mark } = withoutMark(text);
  return mark + applyEdits(body, modify(body, [...path], value, { formattingOptions: formatOf(body) }));
}

/** Adds an entry to the end of a list that has `length` entries; 0 makes a list that is missing. */
export function appendJson(text: string, path: JsonPath, length: number, value: unknown): string {
  const { body, mark } = withoutMark(text);
  const options = { formattingOptions: formatOf(body), isArrayInsertion: length > 0 };
  return mark + applyEdits(body, modify(body, [...path, length], value, options));
}

/** A byte order mark is no JSON, but Windows editors write one. */
function withoutMark(text: string): { body: string; mark: string } {
  return text.startsWith('\uFEFF') ? { body: text.slice(1), mark: '\uFEFF' } : { body: text, mark: '' };
}

/** The indentation of the first indented line, and the line end that is used. Two blanks when nothing tells. */
function formatOf(text: string): { insertSpaces: boolean; tabSize: number; eol: string } {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  const tabs = indent.startsWith('\t');
  return { insertSpaces: !tabs, tabSize: tabs ? 4 : indent.length, eol: text.includes('\r\n') ? '\r\n' : '\n' };
}
