import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAnswer } from '../../../perf/load/answer.ts';
import { FailureCounts } from '../../../perf/load/causes.ts';
import { COUNTERS, SLOT, counterMemory, countersOf, sumCounters } from '../../../perf/load/counters.ts';
import { NotLocal, isLoopback, requireLocal } from '../../../perf/load/local.ts';
import { Progress } from '../../../perf/load/progress.ts';
import { Timeline } from '../../../perf/load/timeline.ts';
import { count, duration, size, threeDigits, trimmed } from '../../../perf/load/units.ts';

describe('answer to CONNECT', () => {
  it('is open only after a whole 2xx head with nothing behind it', () => {
    const head = 'HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n';
    for (let length = 0; length < head.length; length += 1) {
      assert.equal(readAnswer(head.slice(0, length)).state, 'need-more', `after ${length} bytes`);
    }
    assert.equal(readAnswer(head).state, 'open');
    assert.deepEqual(readAnswer(`${head}x`), { state: 'refused', cause: 'bytes follow the answer' });
  });

  it('names the status of a refusal, and what is no HTTP', () => {
    assert.deepEqual(readAnswer('HTTP/1.0 407 Auth\r\n\r\n'), { state: 'refused', cause: 'status 407' });
    assert.deepEqual(readAnswer('SSH-2.0\r\n\r\n'), { state: 'refused', cause: 'not an HTTP/1.x answer' });
    assert.equal(readAnswer('x'.repeat(9_000)).state, 'refused');
  });
});

describe('failures', () => {
  it('are counted by stage and cause, in the order of a tunnel, the most frequent first', () => {
    const failures = new FailureCounts();
    failures.add('transfer', 'ECONNRESET');
    failures.add('answer', 'status 403');
    failures.add('answer', 'status 502', 5);
    failures.add('answer', 'status 403');
    assert.equal(failures.total, 8);
    assert.deepEqual(
      failures.list().map(({ stage, cause, count: times }) => [stage, cause, times]),
      [
        ['answer', 'status 502', 5],
        ['answer', 'status 403', 2],
        ['transfer', 'ECONNRESET', 1],
      ],
    );
  });

  it('of endlessly many causes do not fill the memory, and none is lost', () => {
    const failures = new FailureCounts();
    for (let index = 0; index < 1_000; index += 1) failures.add('answer', `strange ${index}`);
    const list = failures.list();
    assert.ok(list.length < 100);
    assert.equal(
      list.reduce((sum, failure) => sum + failure.count, 0),
      1_000,
    );
  });
});

describe('counters of threads', () => {
  it('are separate blocks that add up', () => {
    const memory = counterMemory(3);
    for (let thread = 0; thread < 3; thread += 1) {
      const block = countersOf(memory, thread);
      for (const name of COUNTERS) block[SLOT[name]] = thread + 1;
    }
    const sum = sumCounters(memory);
    for (const name of COUNTERS) assert.equal(sum[name], 6, name);
  });
});

describe('timeline', () => {
  it('gives rates between two looks and the state at the second', () => {
    const counters = { done: 0, tunnels: 0, open: 0, failures: 0, bytesUp: 0, bytesDown: 0, late: 0 };
    const timeline = new Timeline(1_000, counters);
    timeline.add(1_500, 0.5, { ...counters, done: 100, open: 7, bytesUp: 40, bytesDown: 60, failures: 2 });
    timeline.add(1_500, 0.5, { ...counters, done: 999 });
    timeline.add(3_500, 2.5, { ...counters, done: 300, open: 3, failures: 2, bytesUp: 40, bytesDown: 60 });
    assert.deepEqual(timeline.points, [
      { second: 0.5, donePerSecond: 200, bytesPerSecond: 200, open: 7, failures: 2 },
      { second: 2.5, donePerSecond: 100, bytesPerSecond: 0, open: 3, failures: 0 },
    ]);
  });
});

describe('progress', () => {
  const point = { second: 1, donePerSecond: 1_234, bytesPerSecond: 2e6, open: 5, failures: 0 };

  function record(isTTY: boolean): { text: string; isTTY: boolean; write(part: string): void } {
    return {
      text: '',
      isTTY,
      write(part) {
        this.text += part;
      },
    };
  }

  it('rewrites one line on a terminal and takes it away at the end', () => {
    const output = record(true);
    const progress = new Progress(output, 'echo');
    progress.update(point);
    assert.equal(output.text, '\r\u001b[Kecho: 1 s, 1,234/s, 2.00 MB/s, 5 tunnels open');
    progress.done();
    assert.ok(output.text.endsWith('\r\u001b[K'));
  });

  it('writes plain lines without control characters elsewhere, and few of them', () => {
    const output = record(false);
    const progress = new Progress(output, 'echo');
    for (let second = 0; second < 20; second += 0.2) progress.update({ ...point, second, failures: 1 });
    progress.done();
    const lines = output.text.trim().split('\n');
    assert.ok(lines.length > 2 && lines.length < 8, output.text);
    assert.doesNotMatch(output.text, /[\u0000-\u0009\u000b-\u001f]/);
    assert.match(output.text, /1 FAILED/);
  });
});

describe('what may be put under load', () => {
  it('is loopback in every spelling, and nothing else', () => {
    for (const address of ['127.0.0.1', '127.9.8.7', '::1', '::ffff:127.0.0.1'])
      assert.ok(isLoopback(address), address);
    for (const address of ['10.0.0.1', '0.0.0.0', '::', '::ffff:10.0.0.1', '128.0.0.1'])
      assert.ok(!isLoopback(address), address);
  });

  it('is refused with the address it leads to', async () => {
    await requireLocal('proxy', 'localhost');
    await assert.rejects(requireLocal('proxy', '192.0.2.1'), NotLocal);
    await assert.rejects(requireLocal('target', 'no-such-name.invalid'), /does not resolve here; --allow-remote/);
  });
});

describe('numbers for people', () => {
  it('have three digits and a fitting unit', () => {
    assert.deepEqual([0.4, 999, 1_000, 12_345, 999_999, 2_500_000].map(duration), [
      ...['0 µs', '999 µs', '1.00 ms', '12.3 ms', '1.00 s', '2.50 s'],
    ]);
    assert.deepEqual([0, 999, 1_500, 2.5e6, 7.25e9].map(size), ['0 B', '999 B', '1.50 KB', '2.50 MB', '7.25 GB']);
    assert.deepEqual([0, 1.234, 12.34, 123.4, 12_345].map(threeDigits), ['0', '1.23', '12.3', '123', '12,345']);
    assert.equal(count(1234.6), '1,235');
    assert.deepEqual(['10.0 ms', '1.50 GB', '1,000', '100 µs'].map(trimmed), ['10 ms', '1.5 GB', '1,000', '100 µs']);
  });
});
