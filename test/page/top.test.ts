import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { topOf, withoutPort } from '../../src/page/top.ts';

const row = (client: string, destination: string, perSecond: number): Parameters<typeof topOf>[0][number] => ({
  client,
  destination,
  bytesUp: 10,
  bytesDown: 1,
  upPerSecond: perSecond,
  downPerSecond: 0,
});

describe('top clients and destinations', () => {
  it('sum the tunnels of one address, most traffic first', () => {
    const rows = [row('10.0.0.1:1', 'a:443', 5), row('10.0.0.2:1', 'a:443', 8), row('10.0.0.1:2', 'b:443', 4)];
    assert.deepEqual(topOf(rows, 'client', 5), [
      { name: '10.0.0.1', tunnels: 2, bytes: 22, perSecond: 9 },
      { name: '10.0.0.2', tunnels: 1, bytes: 11, perSecond: 8 },
    ]);
    assert.deepEqual(
      topOf(rows, 'destination', 1).map(({ name }) => name),
      ['a:443'],
    );
  });

  it('leave out tunnels that have no destination yet', () => {
    assert.deepEqual(topOf([row('10.0.0.1:1', '', 5)], 'destination', 5), []);
  });

  it('name an address without its port', () => {
    assert.equal(withoutPort('10.0.0.7:50368'), '10.0.0.7');
    assert.equal(withoutPort('[fd00::7]:50368'), 'fd00::7');
  });
});
