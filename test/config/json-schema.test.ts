import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { jsonSchemaText, keyTable } from '../../src/config/json-schema.ts';
import { KEYS } from '../../src/config/keys.ts';
import { packageFile } from '../../src/config/package-file.ts';

interface Node {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  /** Of a key that takes an object or a list of them; the object comes first. */
  readonly anyOf?: readonly Node[];
  readonly required?: unknown;
  readonly additionalProperties?: unknown;
  readonly default?: unknown;
  readonly description?: string;
}

const schema = JSON.parse(jsonSchemaText()) as Node;

describe('config/gateway.schema.json', () => {
  it('requires nothing and takes no other keys, on every level', () => {
    const sections = [schema, ...Object.values(schema.properties ?? {})].filter(({ properties }) => properties);
    assert.equal(sections.length, 10);
    for (const section of sections)
      assert.deepEqual([section.required, section.additionalProperties], [undefined, false]);
  });

  it('shows default and description of every key', () => {
    for (const { path, fallback, meta } of KEYS) {
      const node = path.reduce<Node | undefined>(
        (each, name) => (each?.properties ?? each?.anyOf?.[0]?.properties)?.[name],
        schema,
      );
      assert.deepEqual([node?.default, node?.description], [fallback, meta.description], path.join('.'));
    }
  });

  it('may be named in a configuration file, as the one of the package does', () => {
    assert.ok(schema.properties?.['$schema']);
    const shipped = JSON.parse(readFileSync(packageFile('config/gateway.json'), 'utf8')) as unknown;
    assert.deepEqual(shipped, { $schema: './gateway.schema.json', listen: { port: 8080 }, presets: ['azure-monitor'] });
  });
});

describe('table of keys', () => {
  it('has one row of five cells a key', () => {
    const rows = keyTable().trimEnd().split('\n').slice(2);
    assert.equal(rows.length, KEYS.length);
    for (const row of rows) assert.equal(row.split('|').length, 7, row);
  });
});
