import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LoopMeter } from '../../src/metrics/meter.ts';
import { CELL, ENDING_CELL } from '../../src/metrics/slots.ts';
import { Totals } from '../../src/metrics/totals.ts';

function tell(totals: Totals, loop: number, meter: LoopMeter): void {
  const report = meter.takeReport();
  if (report !== null) totals.apply(loop, report);
}

describe('totals', () => {
  it('are the sum of all loops; an address counts once however many loops have it', () => {
    const totals = new Totals();
    const meters = [new LoopMeter(() => undefined), new LoopMeter(() => undefined)];
    meters.forEach((meter, loop) => {
      meter.clientOpened('10.0.0.7');
      meter.clientOpened(`10.0.1.${loop}`);
      meter.tunnelOpened(1);
      meter.moved(10, 20);
      tell(totals, loop, meter);
    });
    assert.deepEqual([totals.openClients, totals.connectedClients, totals.openTunnels], [4, 3, 2]);
    assert.deepEqual([totals.counter('bytesUp'), totals.counter('bytesDown')], [20, 40]);
  });

  it('keep what a dead loop counted and let go of what was open in it', () => {
    const totals = new Totals();
    const meter = new LoopMeter(() => undefined);
    for (let index = 0; index < 5; index += 1) {
      meter.clientOpened('a');
      meter.tunnelOpened(1);
    }
    meter.clientClosed('a');
    meter.tunnelClosed('client-closed', 100);
    meter.late(70);
    tell(totals, 1, meter);
    assert.equal(totals.cell(CELL.loopLateMs), 70);
    assert.equal(totals.retire(1), 4);
    assert.equal(totals.retire(1), 0);
    assert.deepEqual([totals.openClients, totals.connectedClients, totals.openTunnels], [0, 0, 0]);
    assert.equal(totals.counter('tunnelsOpened'), 5);
    assert.equal(totals.counter('tunnelsClosed'), 5);
    assert.equal(totals.cell(ENDING_CELL['worker-lost']), 4);
    assert.equal(totals.cell(ENDING_CELL['client-closed']), 1);
    assert.equal(totals.cell(CELL.loopLateMs), 0);
    assert.equal(
      totals.histogram('duration').counts.reduce((sum, count) => sum + count, 0),
      1,
    );
  });

  it('never go back, whatever is told and whoever dies', () => {
    const step = fc.tuple(fc.constantFrom('open', 'close', 'tell', 'die'), fc.integer({ min: 0, max: 2 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const totals = new Totals();
        let meters = [0, 1, 2].map(() => new LoopMeter(() => undefined));
        const open = [0, 0, 0];
        let last = 0;
        for (const [what, loop] of steps) {
          const meter = meters[loop];
          assert.ok(meter !== undefined);
          const count = open[loop] ?? 0;
          if (what === 'open') {
            meter.tunnelOpened(1);
            open[loop] = count + 1;
          } else if (what === 'close' && count > 0) {
            meter.tunnelClosed('idle-timeout', 1);
            open[loop] = count - 1;
          } else if (what === 'tell') {
            tell(totals, loop, meter);
          } else if (what === 'die') {
            totals.retire(loop);
            meters = meters.map((each, index) => (index === loop ? new LoopMeter(() => undefined) : each));
            open[loop] = 0;
          }
          assert.ok(totals.counter('tunnelsOpened') >= last);
          assert.ok(totals.openTunnels >= 0);
          last = totals.counter('tunnelsOpened');
        }
      }),
    );
  });
});
