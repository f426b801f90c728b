import type { Node } from 'jsonc-parser';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';

/** Changes one place of a JSON text and leaves the rest as it was written: key order, indentation, line ends, the last line. */

export type JsonPath = readonly (string | number)[];

/**
 * @param text valid JSON that holds an object
 * @param path where, e.g. ["allowedHosts", 2]; missing sections are made
 * @param value the new value; undefined takes the key, or the entry of a list, away
 */
export function editJson(text: string, path: JsonPath, value: unknown): string {
  const root = rootOf(text);
  const node = findNodeAtLocation(root.node, [...path]);
  if (value === undefined) return node === undefined ? text : remove(root, node);
  if (node !== undefined) return replace(root, node, value);
  // The deepest part of the path that is there takes the rest.
  const known = path.findLastIndex((_, index) => isContainer(findNodeAtLocation(root.node, path.slice(0, index))));
  const parent = findNodeAtLocation(root.node, path.slice(0, known));
  if (parent === undefined) return text;
  const inner = path.slice(known + 1).reduceRight<unknown>(wrap, value);
  return insert(root, parent, [[path[known] ?? '', inner]]);
}

/** Adds entries to the end of a list; makes the list when it is missing or something else. */
export function appendJson(text: string, path: JsonPath, values: readonly unknown[]): string {
  const root = rootOf(text);
  const list = findNodeAtLocation(root.node, [...path]);
  if (list?.type !== 'array') return editJson(text, path, values);
  return insert(
    root,
    list,
    values.map((value, index) => [index, value]),
  );
}

interface Root {
  readonly text: string;
  readonly node: Node;
  /** A byte order mark is no JSON, but Windows editors write one. */
  readonly mark: string;
  readonly indent: string;
  readonly eol: string;
}

function rootOf(whole: string): Root {
  const mark = whole.startsWith('\uFEFF') ? '\uFEFF' : '';
  const text = whole.slice(mark.length);
  const node = parseTree(text);
  if (node === undefined) throw new Error('the text holds no JSON value');
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  return { text, node, mark, indent, eol: text.includes('\r\n') ? '\r\n' : '\n' };
}

function isContainer(node: Node | undefined): boolean {
  return node?.type === 'object' || node?.type === 'array';
}

/** { "key": value }, or [value] for a place in a list. */
function wrap(value: unknown, name: string | number): unknown {
  return typeof name === 'number' ? [value] : { [name]: value };
}

function replace(root: Root, { offset, length }: Node, value: unknown): string {
  return splice(root, offset, offset + length, written(root, value, indentAt(root, offset)));
}

/** Takes a member away with the comma and the line that are one too many then. */
function remove(root: Root, value: Node): string {
  const member = value.parent?.type === 'property' ? value.parent : value;
  const siblings = member.parent?.children ?? [];
  const at = siblings.indexOf(member);
  const [before, behind] = [siblings[at - 1], siblings[at + 1]];
  if (behind !== undefined) return splice(root, member.offset, behind.offset, '');
  if (before !== undefined) return splice(root, endOf(before), endOf(member), '');
  const container = member.parent ?? member;
  return splice(root, container.offset + 1, endOf(container) - 1, '');
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}

/** Puts members behind the last one, on lines of their own when the others have them. */
function insert(root: Root, parent: Node, members: readonly (readonly [string | number, unknown])[]): string {
  const { text, eol, indent } = root;
  const last = parent.children?.at(-1);
  const end = endOf(parent) - 1;
  const outer = indentAt(root, parent.offset);
  const first = parent.children?.[0];
  const onLines = first === undefined ? parent === root.node : text.slice(parent.offset, first.offset).includes('\n');
  const inner = first === undefined || !onLines ? outer + indent : indentAt(root, first.offset);
  const pieces = members.map(([name, value]) => {
    const name_ = parent.type === 'array' ? '' : `${JSON.stringify(name)}: `;
    return name_ + written(root, value, onLines ? inner : null);
  });
  const joined = pieces.join(onLines ? `,${eol}${inner}` : ', ');
  if (last !== undefined) {
    const at = endOf(last);
    return splice(root, at, at, `,${onLines ? eol + inner : ' '}${joined}`);
  }
  const around = onLines ? [`${eol}${inner}`, eol + outer] : parent.type === 'array' ? ['', ''] : [' ', ' '];
  return splice(root, parent.offset + 1, end, `${around[0] ?? ''}${joined}${around[1] ?? ''}`);
}

/** The blanks in front of the line that a place is on. */
function indentAt({ text }: Root, offset: number): string {
  const line = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(line, offset))?.[0] ?? '';
}

/** A value as text: on one line when `base` is null, else on lines below that indentation. */
function written({ indent, eol }: Root, value: unknown, base: string | null): string {
  if (base === null) return inline(value);
  return JSON.stringify(value, null, indent).replaceAll('\n', eol + base);
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${inline(inner)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function splice({ text, mark }: Root, from: number, to: number, put: string): string {
  return mark + text.slice(0, from) + put + text.slice(to);
}
