import type { z } from 'zod';
import type { KeyMeta } from './schema.ts';

/** Turns what the schema finds into sentences an operator can act on: which key, which value, what would be right. */

export interface Problem {
  /** Where, e.g. "listen.port" or "OMS_GATEWAY_LISTEN_PORT". */
  readonly path: string;
  readonly message: string;
}

/** "path: message", as printed. */
export function problemText({ path, message }: Problem): string {
  return path === '' ? message : `${path}: ${message}`;
}

const SHOWN_LIMIT = 120;

/** @param input the value that was checked, to show what stands where the problem is */
export function problemsOf(error: z.ZodError, input: unknown, schema: z.ZodType): Problem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, input, schema));
}

function problemsOfIssue(issue: z.core.$ZodIssue, input: unknown, schema: z.ZodType): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(shapeOf(nodeAt(schema, issue.path)) ?? {});
    return issue.keys.map((name) => ({
      path: pathText([...issue.path, name]),
      message: unknownKey(
        name,
        known.filter((each) => !each.startsWith('$')),
      ),
    }));
  }
  // A bad name in a table is reported with what the name's own check said.
  if (issue.code === 'invalid_key') {
    const name = String(issue.path.at(-1));
    const said = issue.issues.map(({ message }) => message).join(', ');
    return [{ path: pathText(issue.path.slice(0, -1)), message: `${shown(name)} ${said}` }];
  }
  const value = valueAt(input, issue.path);
  const path = pathText(issue.path);
  if (issue.code === 'custom') return [{ path, message: `${shown(value)} ${issue.message}` }];
  const meta = metaAt(schema, issue.path);
  const message = meta === null ? `${shown(value)} is not valid: ${issue.message}` : wrongValue(value, meta);
  return [{ path, message }];
}

function wrongValue(value: unknown, { noun, expected }: KeyMeta): string {
  return `${shown(value)} is not ${noun}; expected ${expected}`;
}

function unknownKey(name: string, known: readonly string[]): string {
  const near = known.find((each) => distance(each.toLowerCase(), name.toLowerCase()) <= 2);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  return `is not a key of this version${hint}; known here: ${known.join(', ')}`;
}

/** "allowedHosts[2]", "listen.port". */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > SHOWN_LIMIT ? `${text.slice(0, SHOWN_LIMIT)}…` : text;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => {
    return typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined;
  }, input);
}

/** The documentation of the innermost key on the path that has one. */
function metaAt(schema: z.ZodType, path: readonly PropertyKey[]): KeyMeta | null {
  for (let length = path.length; length > 0; length -= 1) {
    const meta = nodeAt(schema, path.slice(0, length))?.meta();
    if (meta !== undefined && 'noun' in meta) return meta as unknown as KeyMeta;
  }
  return path.length === 0 ? null : { noun: 'a section', expected: 'an object with keys', description: '' };
}

function nodeAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | null {
  return path.reduce<z.ZodType | null>((node, part) => {
    const inner = node === null ? null : unwrap(node);
    if (inner === null) return null;
    const element = (inner as { element?: z.ZodType }).element;
    if (typeof part === 'number' && element !== undefined) return element;
    return shapeOf(inner)?.[String(part)] ?? null;
  }, schema);
}

function shapeOf(node: z.ZodType | null): Readonly<Record<string, z.ZodType>> | null {
  return node === null ? null : ((unwrap(node) as { shape?: Record<string, z.ZodType> }).shape ?? null);
}

/** Takes defaults and optionals off a schema. */
export function unwrap(node: z.ZodType): z.ZodType {
  const inner = (node as unknown as { def: { innerType?: z.ZodType } }).def.innerType;
  return inner === undefined ? node : unwrap(inner);
}

/** Levenshtein distance, small texts only. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
