import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { duration, size, statusText, time } from '../../src/cli/status-text.ts';
import { STATUS } from '../support/admin-table.ts';

describe('status as text', () => {
  it('begins with what runs and has the counters of the reference by their names', () => {
    const text = statusText(STATUS);
    assert.match(text, /^OMS Gateway 1\.2\.3: running, ready, up 12 s\n/);
    for (const line of [
      'Active Client Connection  5',
      'Connected Client          2',
      'Error Count               1',
      'Rejection Count           4',
      'tunnels         3 open, 10 opened, 7 ended',
      'bytes           1.0 MB up, 20 kB down',
      'dial            p50 1 ms, p90 2 ms, p99 10 ms, p99.9 20 ms',
      'set-up          nothing in the last five minutes',
      'refused         host-not-allowed 9, sni-mismatch 4',
      'worker 1        process 8, ready, 80 MB, longest stall 2 ms',
    ]) {
      assert.ok(text.includes(`\n${line}\n`), line);
    }
  });

  it('tells rates by an earlier look, dropped events when there are some, and that nothing is allowed', () => {
    const later = { ...STATUS, bytes: { up: 3_000_000, down: 20_000 }, droppedEvents: 12 };
    const text = statusText(later, { status: STATUS, seconds: 2 });
    assert.match(text, /; now 1\.0 MB\/s up, 0 B\/s down\n/);
    assert.match(text, /12 events dropped/);
    const nothing = { ...STATUS, allowed: { hosts: 0, ports: [443], sources: [] } };
    assert.match(statusText(nothing), /allows +nothing: no host may be reached/);
  });

  it('writes sizes, times and durations shortly', () => {
    assert.deepEqual([0, 999, 1000, 123_456, 1.5e9].map(size), ['0 B', '999 B', '1.0 kB', '123 kB', '1.5 GB']);
    assert.deepEqual([0, 0.00123, 0.5, 1.234].map(time), ['0 ms', '1.2 ms', '500 ms', '1.23 s']);
    assert.deepEqual([0, 61, 3_600, 100_000].map(duration), ['0 s', '1 min 1 s', '1 h 0 min', '1 d 3 h']);
  });
});
