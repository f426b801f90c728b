import type { Fields } from './reasons.ts';

/** A text taken apart: literal, name, literal, name … literal. */
type Parts = readonly string[];

/** The texts of the catalogues; there are as many as they have rows. */
const parsed = new Map<string, Parts>();

const NONE: Fields = {};

/**
 * Fills the `{name}` placeholders of a text from fields; "?" where a field is missing, so that a gap is visible.
 * @param subject asked for what `fields` does not have
 * @param more asked last
 */
export function fillText(template: string, fields: Fields, subject: Fields = NONE, more: Fields = NONE): string {
  let parts = parsed.get(template);
  if (parts === undefined) parsed.set(template, (parts = template.split(/\{(\w+)\}/)));
  let text = parts[0] ?? '';
  for (let index = 1; index < parts.length; index += 2) {
    const name = parts[index] ?? '';
    text += textOf(own(fields, name) ?? own(subject, name) ?? own(more, name));
    text += parts[index + 1] ?? '';
  }
  return text;
}

function own(fields: Fields, name: string): Fields[string] | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function textOf(value: Fields[string] | undefined): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '?';
  return typeof value === 'object' ? value.join(', ') : String(value);
}
