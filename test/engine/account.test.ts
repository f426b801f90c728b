import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Account } from '../../src/engine/account.ts';
import { LoopMeter } from '../../src/metrics/meter.ts';
import { CELL, ENDING_CELL, createTable } from '../../src/metrics/slots.ts';

function setUp(): { account: Account; cell: (name: keyof typeof CELL) => number; table: Float64Array } {
  const table = createTable();
  const account = new Account(new LoopMeter(() => undefined, table));
  return { account, table, cell: (name) => table[CELL[name]] ?? NaN };
}

describe('account of a tunnel', () => {
  it('tells bytes as they move, and in the end has told each once', () => {
    const { account, cell, table } = setUp();
    account.dialing(1_000);
    account.opened(1_010);
    account.look(2_010, 500, 100);
    assert.deepEqual([account.upPerSecond, account.downPerSecond], [500, 100]);
    assert.deepEqual([cell('bytesUp'), cell('bytesDown')], [500, 100]);
    account.look(3_010, 500, 300);
    assert.deepEqual([account.upPerSecond, account.downPerSecond], [0, 200]);
    account.closed('client-closed', 2_500, 900, 301);
    assert.deepEqual([cell('bytesUp'), cell('bytesDown')], [900, 301]);
    assert.deepEqual([cell('tunnelsOpened'), cell('tunnelsClosed')], [1, 1]);
    assert.equal(table[ENDING_CELL['client-closed']], 1);
  });

  it('counts nothing of a tunnel whose destination was never connected, and an end only once', () => {
    const { account, cell } = setUp();
    account.look(1_000, 5, 5);
    account.closed('drain-timeout', 10, 5, 5);
    assert.deepEqual([cell('tunnelsOpened'), cell('tunnelsClosed'), cell('bytesUp')], [0, 0, 0]);
    account.opened(1_000);
    account.closed('client-reset', 10, 5, 5);
    account.closed('internal-error', 10, 50, 50);
    assert.deepEqual([cell('tunnelsClosed'), cell('bytesUp')], [1, 5]);
  });
});
