import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { BUCKETS } from '../../src/metrics/buckets.ts';
import {
  CELL,
  CELLS,
  ENDING_CELL,
  EVENT_CELL,
  HISTOGRAM_PLACE,
  REPORT_CELL,
  WOULD_REFUSE_CELL,
  createTable,
  isGauge,
} from '../../src/metrics/slots.ts';

describe('cells', () => {
  it('have a place of their own each, and fill the table', () => {
    const single = [CELL, EVENT_CELL, REPORT_CELL, WOULD_REFUSE_CELL, ENDING_CELL].flatMap((cells) =>
      Object.values(cells),
    );
    const histograms = Object.values(HISTOGRAM_PLACE).flatMap(({ sum, buckets }) => [
      sum,
      ...Array.from({ length: BUCKETS }, (_, index) => buckets + index),
    ]);
    const all = [...single, ...histograms].sort((a, b) => a - b);
    assert.deepEqual(
      all,
      Array.from({ length: CELLS }, (_, index) => index),
    );
  });

  it('are gauges or counters', () => {
    assert.ok(isGauge(CELL.loopLateMs));
    assert.ok(!isGauge(CELL.tunnelsOpened));
    assert.ok(!isGauge(EVENT_CELL[403]));
  });

  it('are read by another thread of the process as they were written', async () => {
    const table = createTable();
    table[CELL.bytesUp] = 2 ** 53 - 1;
    const code = `const { parentPort, workerData } = require('node:worker_threads');
      parentPort.postMessage(new Float64Array(workerData.memory)[workerData.cell]);`;
    const thread = new Worker(code, { eval: true, workerData: { memory: table.buffer, cell: CELL.bytesUp } });
    const seen = await new Promise((resolve) => thread.once('message', resolve));
    assert.equal(seen, 2 ** 53 - 1);
  });
});
