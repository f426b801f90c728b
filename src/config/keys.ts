import type { z } from 'zod';
import { shapeOf, unwrap } from './problems.ts';
import type { KeyMeta } from './schema.ts';
import { configSchema } from './schema.ts';
import { subjectEntry } from './schema/entries.ts';

/** Every key of the configuration with its names in the environment and on the command line, read off the schema. */

export interface Key {
  /** e.g. ["listen", "port"] */
  readonly path: readonly string[];
  /** e.g. "OMS_GATEWAY_LISTEN_PORT" */
  readonly variable: string;
  /** e.g. "--listen-port" */
  readonly flag: string;
  /**
   * How a value given as text is read: as it is, as JSON, as entries between commas, each a text or JSON, or as such
   * entries unless there is a "=" in the text: then it is one subject, commas and all.
   */
  readonly kind: 'text' | 'json' | 'list' | 'json-list' | 'subject-list';
  readonly meta: KeyMeta;
  readonly fallback: unknown;
}

export const VARIABLE_PREFIX = 'OMS_GATEWAY_';

/** "OMS_GATEWAY_LISTEN_PORT" for ["listen", "port"]. */
export function variableOf(path: readonly string[]): string {
  return `${VARIABLE_PREFIX}${dashed(path).replaceAll('-', '_').toUpperCase()}`;
}

/** Every key, in the order of the schema. */
export const KEYS: readonly Key[] = collect(configSchema, []);

function collect(schema: z.ZodType, path: readonly string[]): Key[] {
  const shape = shapeOf(schema);
  if (shape !== null) {
    return Object.entries(shape).flatMap(([name, inner]) =>
      name === '$schema' ? [] : collect(inner, [...path, name]),
    );
  }
  return [
    {
      path,
      variable: variableOf(path),
      flag: `--${dashed(path)}`,
      kind: kindOf(unwrap(schema)),
      meta: schema.meta() as unknown as KeyMeta,
      fallback: schema.parse(undefined),
    },
  ];
}

/** "listen-port" for ["listen", "port"]; "Min" in "minVersion" starts a word. */
function dashed(path: readonly string[]): string {
  return path.map((part) => part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)).join('-');
}

function kindOf(schema: z.ZodType): Key['kind'] {
  const { type, element } = (schema as unknown as { def: { type: string; element?: z.ZodType } }).def;
  if (element === subjectEntry) return 'subject-list';
  if (type === 'array') return element !== undefined && kindOf(unwrap(element)) === 'text' ? 'list' : 'json-list';
  return type === 'string' || type === 'enum' ? 'text' : 'json';
}
