import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { appendJson, editJson } from '../../src/config/json-edit.ts';

const FILE = `{
  "$schema": "./gateway.schema.json",
  "listen": { "port": 8080 },
  "allowedHosts": [
    "a.com"
  ],
  "presets": ["azure-monitor"],
  "admin": { "port": 0 }
}
`;

/** The lines that an edit changed, those taken away with a minus. */
function difference(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const gone = old.filter((line) => !now.includes(line)).map((line) => `-${line}`);
  return [...gone, ...now.filter((line) => !old.includes(line)).map((line) => `+${line}`)];
}

describe('editing a JSON text', () => {
  for (const [title, edited, expected] of [
    [
      'a value in its place',
      editJson(FILE, ['listen', 'port'], 9090),
      ['-  "listen": { "port": 8080 },', '+  "listen": { "port": 9090 },'],
    ],
    [
      'a key beside others on one line',
      editJson(FILE, ['listen', 'host'], '::1'),
      ['-  "listen": { "port": 8080 },', '+  "listen": { "port": 8080, "host": "::1" },'],
    ],
    [
      'a section at the end, and nothing of the line before but its comma',
      editJson(FILE, ['log', 'level'], 'debug'),
      ['-  "admin": { "port": 0 }', '+  "admin": { "port": 0 },', '+  "log": {', '+    "level": "debug"', '+  }'],
    ],
    [
      'entries of a list with a line each',
      appendJson(FILE, ['allowedHosts'], ['b.com', 'c.com']),
      ['-    "a.com"', '+    "a.com",', '+    "b.com",', '+    "c.com"'],
    ],
    [
      'entries of a list on one line',
      appendJson(FILE, ['presets'], ['x']),
      ['-  "presets": ["azure-monitor"],', '+  "presets": ["azure-monitor", "x"],'],
    ],
    [
      'the last entry away',
      editJson(FILE, ['presets', 0], undefined),
      ['-  "presets": ["azure-monitor"],', '+  "presets": [],'],
    ],
    ['a key away', editJson(FILE, ['presets'], undefined), ['-  "presets": ["azure-monitor"],']],
    [
      'the last key away',
      editJson(FILE, ['admin'], undefined),
      ['-  "presets": ["azure-monitor"],', '-  "admin": { "port": 0 }', '+  "presets": ["azure-monitor"]'],
    ],
    ['nothing away that is not there', editJson(FILE, ['log', 'level'], undefined), []],
  ] as const) {
    it(`changes ${title}`, () => {
      JSON.parse(edited);
      assert.deepEqual(difference(FILE, edited), expected);
    });
  }

  it('keeps tabs, line ends, a byte order mark and a missing last line end', () => {
    const text = '\uFEFF{\r\n\t"listen": {\r\n\t\t"port": 1\r\n\t}\r\n}';
    assert.equal(
      editJson(text, ['allowedHosts'], ['a']),
      '\uFEFF{\r\n\t"listen": {\r\n\t\t"port": 1\r\n\t},\r\n\t"allowedHosts": [\r\n\t\t"a"\r\n\t]\r\n}',
    );
  });

  it('fills an empty object and an empty list', () => {
    assert.equal(editJson('{}\n', ['a', 'b'], 1), '{\n  "a": {\n    "b": 1\n  }\n}\n');
    assert.equal(appendJson('{ "a": [] }', ['a'], [1, { b: 2 }]), '{ "a": [1, { "b": 2 }] }');
    assert.equal(appendJson('{ "a": 5 }', ['a'], [1]), '{ "a": [\n  1\n] }');
  });

  it('makes of any object what setting the key in the value would make of it', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'with "quotes"', 'ü');
    const tree = fc.dictionary(
      name,
      fc.oneof(fc.integer(), fc.string(), fc.array(fc.string()), fc.dictionary(name, fc.integer())),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(tree, name, fc.jsonValue(), fc.constantFrom(null, 2, '\t'), (before, key, value, indent) => {
        const text = JSON.stringify(before, null, indent ?? undefined);
        assert.deepEqual(
          JSON.parse(editJson(text, [key], value)),
          JSON.parse(JSON.stringify({ ...before, [key]: value })),
        );
        const rest = Object.fromEntries(Object.entries(before).filter(([name]) => name !== key));
        assert.deepEqual(JSON.parse(editJson(text, [key], undefined)), JSON.parse(JSON.stringify(rest)));
        const list = Array.isArray(before[key]) ? before[key] : [];
        assert.deepEqual(
          JSON.parse(appendJson(text, [key], [value, 1])),
          JSON.parse(JSON.stringify({ ...before, [key]: [...list, value, 1] })),
        );
      }),
    );
  });
});
