import { z } from 'zod';
import { KEYS } from './keys.ts';
import { configSchema } from './schema.ts';

/** The generated forms of the schema: for editors (`config/gateway.schema.json`) and for readers (the table of keys). */

/** The JSON schema of a configuration file as JSON text. */
export function jsonSchemaText(): string {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // What error messages are made of is of no use to an editor.
      delete jsonSchema['noun'];
      delete jsonSchema['expected'];
    },
  });
  return `${JSON.stringify({ ...schema, title: 'OMS Gateway configuration' }, null, 2)}\n`;
}

/** The table of keys in docs/configuration.md, one row a key. */
export function keyTable(): string {
  const rows = KEYS.map(({ path, fallback, meta, variable, flag }) => {
    const value = `\`${JSON.stringify(fallback)}\``;
    return `| \`${path.join('.')}\` | ${value} | ${meta.expected} | ${meta.description} | \`${variable}\` \`${flag}\` |`;
  });
  const head = '| key | default | value | what it is for | environment, flag |\n| --- | --- | --- | --- | --- |';
  return `${head}\n${rows.join('\n')}\n`;
}
