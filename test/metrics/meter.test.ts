import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LoopMeter } from '../../src/metrics/meter.ts';
import { CELL, CELLS, EVENT_CELL, HISTOGRAM_PLACE, REPORT_CELL, createTable } from '../../src/metrics/slots.ts';

describe('meter of a loop', () => {
  it('reports what changed, once', () => {
    const meter = new LoopMeter(() => undefined);
    assert.equal(meter.takeReport(), null);
    meter.reported(106, 'sni-mismatch');
    meter.reported(103, null);
    const report = meter.takeReport();
    const cells = new Map<number, number>();
    const told = report?.cells ?? [];
    for (let index = 0; index < told.length; index += 2) cells.set(told[index] ?? -1, told[index + 1] ?? -1);
    assert.deepEqual(
      cells,
      new Map([
        [EVENT_CELL[103], 1],
        [EVENT_CELL[106], 1],
        [REPORT_CELL['sni-mismatch'], 1],
      ]),
    );
    assert.equal(meter.takeReport(), null);
  });

  it('tells when there is something to report, so that nothing waits for the next event line', () => {
    let asked = 0;
    const meter = new LoopMeter(() => (asked += 1));
    meter.clientOpened('a');
    meter.moved(0, 0);
    assert.equal(asked, 1);
    meter.moved(1, 0);
    meter.clientClosed('a');
    assert.equal(asked, 3);
  });

  it('counts into memory that others read along, and keeps the worst lateness of a second', () => {
    const table = createTable();
    const meter = new LoopMeter(() => undefined, table);
    meter.late(3);
    meter.late(9);
    meter.late(5);
    assert.equal(table[CELL.loopLateMs], 9);
    meter.secondOver();
    assert.equal(table[CELL.loopLateMs], 0);
    meter.tunnelOpened(1.5);
    assert.equal(table[HISTOGRAM_PLACE.dial.sum], 1500);
    meter.nameCacheHit();
    meter.nameLookedUp(2, false);
    meter.eventsDropped(3);
    assert.deepEqual(
      [CELL.nameCacheHits, CELL.nameFailures, CELL.eventsDropped].map((cell) => table[cell]),
      [1, 1, 3],
    );
    assert.equal(table.length, CELLS);
  });
});
