import type { z } from 'zod';
import { printable } from './json-text.ts';
import { isSecretName, maskSecrets } from './masking.ts';
import { nearest } from './nearest.ts';
import { movedTo } from './reference-keys.ts';
import type { KeyMeta } from './schema.ts';

/**
 * Turns what the schema finds into sentences an operator can act on: which key, which value, what would be right.
 * Values are shown bounded, on one line and without anything that looks like a secret.
 */

export interface Problem {
  /** Where, e.g. "listen.port" or "OMS_GATEWAY_LISTEN_PORT". */
  readonly path: string;
  readonly message: string;
}

/** "path: message", as printed. */
export function problemText({ path, message }: Problem): string {
  return path === '' ? message : `${path}: ${message}`;
}

/** @param input the value that was checked, to show what stands where the problem is */
export function problemsOf(error: z.ZodError, input: unknown, schema: z.ZodType): Problem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, input, schema));
}

function problemsOfIssue(issue: z.core.$ZodIssue, input: unknown, schema: z.ZodType): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(shapeOf(nodeAt(schema, issue.path)) ?? {}).filter((name) => name !== '$schema');
    const onTop = issue.path.length === 0;
    return issue.keys.map((name) => ({
      path: pathText([...issue.path, name]),
      message: unknownKey(name, known, onTop),
    }));
  }
  // A bad name in a table is reported with what the name's own check said.
  if (issue.code === 'invalid_key') {
    const name = String(issue.path.at(-1));
    const said = issue.issues.map(({ message }) => message).join(', ');
    return [{ path: pathText(issue.path.slice(0, -1)), message: `${printable(name)} ${said}` }];
  }
  const branch = issue.code === 'invalid_union' ? branchOf(issue, valueAt(input, issue.path)) : null;
  if (branch !== null) return branch.flatMap((inner) => problemsOfIssue(inner, input, schema));
  const value = shown(valueAt(input, issue.path), issue.path);
  const path = pathText(issue.path);
  if (issue.code === 'custom') return [{ path, message: `${value} ${issue.message}` }];
  const { noun, expected } = metaAt(schema, issue.path);
  return [{ path, message: `${value} is not ${noun}; expected ${expected}` }];
}

/** A key that takes an object or a list of them is judged as the one of the two it is; null when it is neither. */
function branchOf(issue: z.core.$ZodIssueInvalidUnion, value: unknown): z.core.$ZodIssue[] | null {
  if (typeof value !== 'object' || value === null) return null;
  const fitting = issue.errors.find((issues) =>
    issues.every(({ path, code }) => path.length > 0 || code !== 'invalid_type'),
  );
  return fitting?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? null;
}

function unknownKey(name: string, known: readonly string[], onTop: boolean): string {
  const path = onTop ? movedTo(name) : null;
  // A file of an older form: to print all the keys there are would hide what helps.
  if (path !== null) return `is ${path} by now; \`oms-gateway setup\` moves it there and keeps the old file`;
  const meant = nearest(name, known);
  const hint = meant === null ? '' : ` did you mean "${meant}"?`;
  return `unknown key;${hint} known keys: ${known.join(', ')}`;
}

/** "allowedHosts[2]", "listen.port"; names that could mislead a reader are quoted. */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = /^[\w$.*-]{1,120}$/.test(String(part)) ? String(part) : printable(String(part));
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

function shown(value: unknown, path: readonly PropertyKey[]): string {
  const secret = typeof value !== 'boolean' && path.some((part) => typeof part === 'string' && isSecretName(part));
  return secret ? '(a hidden value)' : printable(maskSecrets(value));
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => {
    return typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined;
  }, input);
}

const SECTION: KeyMeta = { noun: 'a section', expected: 'an object with keys', description: '' };

/** The documentation of the innermost key on the path that has one. */
function metaAt(schema: z.ZodType, path: readonly PropertyKey[]): KeyMeta {
  for (let length = path.length; length > 0; length -= 1) {
    const meta = nodeAt(schema, path.slice(0, length))?.meta();
    if (meta !== undefined && 'noun' in meta) return meta as unknown as KeyMeta;
  }
  return SECTION;
}

function nodeAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | null {
  return path.reduce<z.ZodType | null>((node, part) => {
    const inner = node === null ? null : unwrap(node);
    if (inner === null) return null;
    const { element, valueType } = definition(inner);
    if (typeof part === 'number') return element ?? optionWith(inner, (option) => definition(option).element ?? null);
    return valueType ?? shapeOf(inner)?.[String(part)] ?? null;
  }, schema);
}

interface Definition {
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
}

function definition(node: z.ZodType): Definition {
  return (node as unknown as { def: Definition }).def;
}

/** What `look` finds in the first option of a union that has it. */
function optionWith<Found>(node: z.ZodType, look: (option: z.ZodType) => Found | null): Found | null {
  for (const option of definition(node).options ?? []) {
    const found = look(unwrap(option));
    if (found !== null) return found;
  }
  return null;
}

/** The keys of an object, or of the object among the forms a key may have; null when there are none. */
export function shapeOf(node: z.ZodType | null): Readonly<Record<string, z.ZodType>> | null {
  if (node === null) return null;
  const inner = unwrap(node);
  const { shape } = inner as { shape?: Record<string, z.ZodType> };
  return shape ?? optionWith(inner, shapeOf);
}

/** Takes defaults and optionals off a schema. */
export function unwrap(node: z.ZodType): z.ZodType {
  const inner = (node as unknown as { def: { innerType?: z.ZodType } }).def.innerType;
  return inner === undefined ? node : unwrap(inner);
}
