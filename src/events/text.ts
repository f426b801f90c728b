import type { Fields } from './reasons.ts';

/** Fills the `{name}` placeholders of a text from fields; "?" where a field is missing, so that a gap is visible. */
export function fillText(template: string, fields: Fields): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return value === undefined ? '?' : Array.isArray(value) ? value.join(', ') : String(value);
  });
}
