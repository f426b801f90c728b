import { z } from 'zod';

/** What the sections of the schema are made of: each key says what it is (`noun`), what would be right (`expected`) and what it is for. */

/** What a key's documentation and its error messages are made of. */
export interface KeyMeta extends Record<string, unknown> {
  readonly noun: string;
  readonly expected: string;
  readonly description: string;
}

export function key<Schema extends z.ZodType>(
  schema: Schema,
  noun: string,
  expected: string,
  description: string,
): Schema {
  const meta: KeyMeta = { noun, expected, description };
  return schema.meta(meta);
}

export function whole(from: number, to: number): z.ZodInt {
  return z.int().min(from).max(to);
}

export function seconds(fallback: number, description: string): z.ZodDefault<z.ZodNumber> {
  const schema = z.number().min(0.05).max(2_592_000).default(fallback);
  return key(schema, 'a time', 'a number of seconds from 0.05 to 2592000', description);
}

export type TextEnum<Value extends string> = z.ZodEnum<{ [Each in Value]: Each }>;

export function oneOf<const Value extends string>(
  values: readonly [Value, ...Value[]],
  fallback: NoInfer<Value>,
  description: string,
): z.ZodDefault<TextEnum<Value>> {
  const choices = z.enum(values) as unknown as TextEnum<Value>;
  const expected = `one of ${values.map((value) => `"${value}"`).join(', ')}`;
  return key(choices.default(fallback as never), 'a known value', expected, description);
}

/**
 * A text checked by `problem`, which answers what is wrong with it, or null. It is asked again for what it says: a context for
 * each text, to say it at once, makes a hundred thousand right ones take twice as long.
 */
export function checked(problem: (text: string) => string | null): z.ZodType<string, string> {
  return z.string().refine((text) => problem(text) === null, {
    error: ({ input }) => problem(input as string) ?? undefined,
  });
}
