import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { statusSchema } from '../../src/admin/status.ts';
import type { WorkerIdentity } from '../../src/cluster/status.ts';
import { StatusBoard } from '../../src/cluster/status.ts';
import { Telemetry } from '../../src/cluster/telemetry.ts';
import { check } from '../../src/config/load.ts';

function board(hosts: readonly string[]): StatusBoard {
  const loaded = check({});
  assert.ok(loaded.ok);
  const hostRules = hosts.map((pattern) => ({ pattern, origin: 'allowedHosts' }));
  const settings = { config: loaded.config, hostRules, version: '1.2.3', engine: 'portable', workers: 1 };
  const telemetry = new Telemetry();
  telemetry.stop();
  return new StatusBoard(settings, telemetry, { droppedByLog: () => 7, readAtMs: () => Date.now() - 90_000 });
}

function worker(id: number): WorkerIdentity {
  return { id, process: { pid: 100 + id } };
}

describe('status board', () => {
  it('is ready only while it runs, has a worker and allows something', () => {
    const status = board(['www.test.com']);
    const why = (): string => {
      const readiness = status.readiness();
      return readiness.ready ? 'ready' : readiness.why;
    };
    assert.equal(why(), 'the gateway is starting');
    status.state = 'running';
    assert.equal(why(), 'no worker is ready');
    status.workerStarted(worker(1));
    assert.equal(why(), 'no worker is ready');
    status.workerReady(worker(1));
    assert.equal(why(), 'ready');
    status.workerGone(worker(1), true);
    assert.equal(why(), 'no worker is ready');
    status.state = 'draining';
    assert.equal(why(), 'the gateway drains');
    const nothing = board([]);
    nothing.state = 'running';
    nothing.workerStarted(worker(1));
    nothing.workerReady(worker(1));
    assert.deepEqual(nothing.readiness(), { ready: false, why: 'nothing is allowed yet' });
  });

  it('tells what its schema says, with rules counted by source', () => {
    const status = board(['a.test', 'b.test']);
    status.workerStarted(worker(3));
    const told = statusSchema.parse(status.status());
    assert.deepEqual(told.allowed, {
      hosts: 2,
      ports: [443],
      sources: [{ origin: 'allowedHosts', hosts: 2, ageSeconds: 90 }],
    });
    assert.equal(told.droppedEvents, 7);
    assert.deepEqual(
      told.workers.map(({ id, pid, ready }) => [id, pid, ready]),
      [[3, 103, false]],
    );
  });
});
