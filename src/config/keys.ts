import type { z } from 'zod';
import { unwrap } from './problems.ts';
import type { KeyMeta } from './schema.ts';
import { configSchema } from './schema.ts';

/** Every key of the configuration with its names in the environment and on the command line, read off the schema. */

export interface Key {
  /** e.g. ["listen", "port"] */
  readonly path: readonly string[];
  /** e.g. "OMS_GATEWAY_LISTEN_PORT" */
  readonly variable: string;
  /** e.g. "--listen-port" */
  readonly flag: string;
  readonly kind: 'text' | 'json' | 'list';
  readonly meta: KeyMeta;
  readonly fallback: unknown;
}

export const KEYS: readonly Key[] = collect(configSchema, []);

function collect(schema: z.ZodType, path: readonly string[]): Key[] {
  const shape = (unwrap(schema) as { shape?: Record<string, z.ZodType> }).shape;
  if (shape !== undefined) {
    return Object.entries(shape).flatMap(([name, inner]) =>
      name === '$schema' ? [] : collect(inner, [...path, name]),
    );
  }
  const words = path.map((part) => part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)).join('-');
  return [
    {
      path,
      variable: `OMS_GATEWAY_${words.replaceAll('-', '_').toUpperCase()}`,
      flag: `--${words}`,
      kind: kindOf(unwrap(schema)),
      meta: schema.meta() as unknown as KeyMeta,
      fallback: schema.parse(undefined),
    },
  ];
}

/** How a value given as text is read: lists by commas, texts as they are, everything else as JSON. */
function kindOf(schema: z.ZodType): Key['kind'] {
  const { type } = (schema as unknown as { def: { type: string } }).def;
  if (type === 'array') return 'list';
  return type === 'string' || type === 'enum' ? 'text' : 'json';
}
