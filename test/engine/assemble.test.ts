import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoopParts } from '../../src/engine/assemble.ts';
import { assemble } from '../../src/engine/assemble.ts';
import type { Transport } from '../../src/engine/engine.ts';
import type { MeterReport } from '../../src/metrics/meter.ts';
import { REPORT_CELL, WOULD_REFUSE_CELL } from '../../src/metrics/slots.ts';
import { FakeConnection } from '../support/fake-connection.ts';
import { ascii } from '../support/feed.ts';
import { loopParts } from '../support/loop-parts.ts';
import { loopSettings } from '../support/loop-settings.ts';

const REQUEST = ascii('CONNECT 192.0.2.7:443 HTTP/1.1\r\nHost: 192.0.2.7:443\r\n\r\n');

describe('a loop', () => {
  it('counts as a rejection what it refuses, and apart from it what mode "report" lets through', () => {
    const enforced = countsOf('enforce');
    assert.deepEqual([enforced.rejected, enforced.wouldRefuse, enforced.dials], [1, 0, 0]);
    const reported = countsOf('report');
    assert.deepEqual([reported.rejected, reported.wouldRefuse, reported.dials], [0, 1, 1]);
  });
});

function countsOf(mode: string): { rejected: number; wouldRefuse: number; dials: number } {
  let dials = 0;
  const reports: MeterReport[] = [];
  const transport: Transport = {
    now: () => 1_000,
    connect: () => {
      dials += 1;
      return new FakeConnection('192.0.2.7');
    },
  };
  const takeLines: LoopParts['lines'] = (_, report, done) => {
    if (report !== null) reports.push(report);
    done();
  };
  const { driver, lines } = assemble(loopSettings({ mode }), loopParts({ transport, lines: takeLines }));
  const client = new FakeConnection('10.0.0.7');
  driver.accept(client);
  client.owner.received(client, REQUEST);
  lines.flush();
  const cells = new Map<number, number>();
  for (const { cells: changed } of reports) {
    for (let at = 0; at < changed.length; at += 2) cells.set(changed[at] ?? 0, changed[at + 1] ?? 0);
  }
  return {
    rejected: cells.get(REPORT_CELL['host-not-allowed']) ?? 0,
    wouldRefuse: cells.get(WOULD_REFUSE_CELL['host-not-allowed']) ?? 0,
    dials,
  };
}
