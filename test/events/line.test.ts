import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { GATEWAY, Subject, eventLine } from '../../src/events/line.ts';

const HEAD = { level: 'info', event: 100, msg: 'said', reason: 'idle-timeout' } as const;

describe('an event line', () => {
  it('is one line of JSON that says what it was given, whatever the text', () => {
    const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 40 }));
    fc.assert(
      fc.property(text, text, (msg, value) => {
        const line = eventLine({ ...HEAD, msg }, new Subject({ client: value }), { detail: value, bytes: 7, ok: true });
        assert.equal(line.indexOf('\n'), line.length - 1);
        assert.doesNotMatch(line.slice(0, -1), /[\p{Cc}\p{Cf}\u2028\u2029]/u);
        const { detail, client, bytes, ok } = JSON.parse(line) as Record<string, unknown>;
        assert.equal(detail, client);
        assert.deepEqual([bytes, ok], [7, true]);
      }),
    );
  });

  it('names a field once, and leaves the names of the writer alone', () => {
    const line = eventLine(HEAD, new Subject({ client: 'one', host: 'h' }), {
      client: 'two',
      event: 999,
      msg: 'forged',
    });
    assert.equal(line.match(/"client":/g)?.length, 1);
    const parsed = JSON.parse(line) as Record<string, unknown>;
    assert.deepEqual([parsed['event'], parsed['msg'], parsed['host']], [100, 'said', 'h']);
  });

  it('is cut where a client sends too much', () => {
    const line = eventLine(HEAD, GATEWAY, { detail: 'x'.repeat(100_000), list: Array(1_000).fill('entry') });
    assert.ok(line.length < 4_000, `${line.length} characters`);
    assert.equal((JSON.parse(line) as { list: string[] }).list.length, 64);
  });
});
