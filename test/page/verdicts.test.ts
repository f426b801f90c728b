import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventAnswer } from '../../src/page/state.ts';
import { verdictsOf } from '../../src/page/verdicts.ts';

const TIME = '2026-01-02T03:04:05.678Z';

function event(number: number, more: Partial<EventAnswer> = {}): EventAnswer {
  return { time: TIME, level: 'info', event: number, msg: String(number), client: '10.0.0.7:1', ...more };
}

describe('verdicts of a search', () => {
  it('are newest first, without the requests they are about, but with the rule that had let these pass', () => {
    const found = verdictsOf([
      event(103, { tunnel: 'a', rule: 'allowedHosts: www.test.com' }),
      event(103, { tunnel: 'b' }),
      event(105, { tunnel: 'b' }),
      event(106, { tunnel: 'a' }),
    ]);
    assert.deepEqual(
      found.map(({ event: number, rule }) => [number, rule]),
      [
        [106, 'allowedHosts: www.test.com'],
        [105, undefined],
      ],
    );
  });

  it('keep a request that nothing has come of yet, and leave out what is about no client', () => {
    const { client, ...ofNobody } = event(100);
    assert.equal(client, '10.0.0.7:1');
    const found = verdictsOf([ofNobody, event(103, { tunnel: 'c' })]);
    assert.deepEqual(
      found.map(({ event: number }) => number),
      [103],
    );
  });
});
