import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KnownElsewhere } from '../../src/cluster/telemetry.ts';
import { Telemetry } from '../../src/cluster/telemetry.ts';
import { LoopMeter } from '../../src/metrics/meter.ts';

const KNOWN: KnownElsewhere = {
  version: '1.2.3',
  engine: 'portable',
  startedAtSeconds: 1,
  ready: true,
  allowedHosts: 1,
  workers: { configured: 1, ready: 1, replaced: 0 },
  droppedEvents: 0,
};

function busy(telemetry: Telemetry, worker: number): void {
  const meter = new LoopMeter(() => undefined);
  meter.clientOpened('10.0.0.7');
  meter.tunnelOpened(20);
  meter.reported(106, 'sni-mismatch');
  meter.reported(403, 'connect-timeout');
  meter.late(120);
  const report = meter.takeReport();
  assert.ok(report !== null);
  telemetry.report(worker, report);
}

describe('telemetry of the primary', () => {
  it('adds up loops and its own events', () => {
    const telemetry = new Telemetry();
    busy(telemetry, 1);
    busy(telemetry, 2);
    telemetry.ownReported(400);
    telemetry.ownReported(101);
    const { counters, tunnels, rejections, failures, latency } = telemetry.numbers(KNOWN);
    assert.deepEqual(counters, {
      activeClientConnections: 2,
      connectedClients: 1,
      errorCount: 3,
      rejectionCount: 2,
    });
    assert.deepEqual(tunnels, { open: 2, opened: 2, closed: 0, endings: {} });
    assert.deepEqual([rejections, failures], [{ 'sni-mismatch': 2 }, { 'connect-timeout': 2 }]);
    assert.ok(Math.abs((latency.dial?.p50 ?? 0) - 0.02) < 0.001);
    assert.equal(latency.setUp, null);
    telemetry.stop();
  });

  it('forgets how a worker that is gone felt, and tells how many tunnels ended with it', async () => {
    const telemetry = new Telemetry();
    busy(telemetry, 1);
    const signs = { residentBytes: 5, descriptors: 6, descriptorLimit: 7, stallMs: 50 };
    telemetry.vitals(1, signs);
    assert.deepEqual(telemetry.signsOf(1), {
      residentBytes: 5,
      descriptors: 6,
      descriptorLimit: 7,
      stallSeconds: 0.12,
    });
    assert.match(await telemetry.metrics(KNOWN), /open_descriptors\{process="worker-1"\} 6/);
    assert.equal(telemetry.workerGone(1), 1);
    assert.doesNotMatch(await telemetry.metrics(KNOWN), /worker-1/);
    assert.equal(telemetry.signsOf(1).residentBytes, null);
    telemetry.stop();
  });
});
