import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { TunnelQuery, TunnelRow } from '../../src/engine/tunnel-list.ts';
import { TunnelListBuilder, mergeTunnelLists } from '../../src/engine/tunnel-list.ts';

function row(tunnel: string, ageMs: number, over: Partial<TunnelRow> = {}): TunnelRow {
  const rest = { state: 'opaque', tls: '', bytesUp: 0, bytesDown: 0, upPerSecond: 0, downPerSecond: 0 };
  return { tunnel, client: '10.0.0.7:1', destination: 'a.test:443', ...rest, ageMs, ...over };
}

const QUERY: TunnelQuery = { limit: 3, sort: 'age', text: '' };

describe('list of tunnels', () => {
  it('has the largest rows in order, and knows how many there were', () => {
    const rows = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 10 }), (ages, limit) => {
        const builder = new TunnelListBuilder({ ...QUERY, limit });
        ages.forEach((age, index) => {
          builder.add(row(String(index), age));
        });
        const expected = [...ages].sort((a, b) => b - a).slice(0, limit);
        assert.deepEqual(
          builder.list.rows.map(({ ageMs }) => ageMs),
          expected,
        );
        assert.equal(builder.list.matched, ages.length);
      }),
    );
  });

  it('sorts by bytes and by rate of both directions together', () => {
    for (const [sort, first] of [
      ['bytes', 'b'],
      ['rate', 'r'],
      ['age', 'a'],
    ] as const) {
      const builder = new TunnelListBuilder({ ...QUERY, sort });
      builder.add(row('a', 9));
      builder.add(row('b', 1, { bytesUp: 5, bytesDown: 5, upPerSecond: 1 }));
      builder.add(row('r', 1, { bytesUp: 9, upPerSecond: 2, downPerSecond: 3 }));
      assert.equal(builder.list.rows[0]?.tunnel, first);
    }
  });

  it('has only tunnels whose client or destination holds the text', () => {
    const builder = new TunnelListBuilder({ ...QUERY, text: 'b.test' });
    builder.add(row('1', 1));
    builder.add(row('2', 1, { destination: 'b.test:443' }));
    assert.deepEqual([builder.list.matched, builder.list.rows[0]?.tunnel], [1, '2']);
  });

  it('of several loops are one', () => {
    const lists = [
      { matched: 5, rows: [row('1', 9), row('2', 5)] },
      { matched: 2, rows: [row('3', 7), row('4', 6)] },
    ];
    const merged = mergeTunnelLists(lists, QUERY);
    assert.equal(merged.matched, 7);
    assert.deepEqual(
      merged.rows.map(({ tunnel }) => tunnel),
      ['1', '3', '4'],
    );
  });
});
