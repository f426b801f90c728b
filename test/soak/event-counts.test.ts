import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GatewayEvent } from '../support/gateway.ts';
import { EventCounts } from './event-counts.ts';

describe('the count of tunnels by their events', () => {
  it('buries those of a worker that died, whatever its number, and no others', () => {
    const failures: string[] = [];
    const counts = new EventCounts((what) => failures.push(what));
    const take = (event: object): boolean => counts.take(event as GatewayEvent);
    // Worker 37 is 11 in base 36, worker 11 is b.
    for (const tunnel of ['aa-11-1', 'aa-11-2', 'aa-b-1']) assert.equal(take({ event: 107, tunnel }), false);
    take({ event: 100, tunnel: 'aa-11-2' });
    assert.deepEqual([counts.verified, counts.closed, counts.open], [3, 1, 2]);
    assert.equal(take({ event: 100, reason: 'worker-replaced', worker: 37, msg: 'x' }), true);
    assert.deepEqual([counts.cut, counts.open, failures.length], [1, 1, 1]);
  });
});
