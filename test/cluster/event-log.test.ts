import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { EventLog } from '../../src/cluster/event-log.ts';
import { check } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';

const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-event-log-'));
after(() => {
  rmSync(directory, { recursive: true });
});

function section(log: object): Config['log'] {
  const loaded = check({ log });
  assert.ok(loaded.ok);
  return loaded.config.log;
}

describe('event log of the primary', () => {
  it('writes to file and feed, and goes on by another section after a reload', () => {
    const pushed: string[] = [];
    const reported: number[] = [];
    const feed = { push: (lines: string): void => void pushed.push(lines) };
    const one = join(directory, 'one.log');
    const two = join(directory, 'two.log');
    const log = new EventLog(section({ file: one }), feed, (event) => reported.push(event));
    log.notice('draining', { seconds: 1 });
    log.reopen(section({ file: two, levels: { 100: 'off' } }));
    log.notice('draining', { seconds: 2 });
    log.notice('stopped', { detail: 'x' });
    assert.throws(
      () => {
        log.reopen(section({ file: directory }));
      },
      { key: 'log.file' },
    );
    log.write('still here\n');
    log.close();
    assert.match(readFileSync(one, 'utf8'), /^\{[^\n]*"seconds":1\}\n$/);
    assert.match(readFileSync(two, 'utf8'), /^\{[^\n]*"event":102,[^\n]*\}\nstill here\n$/);
    assert.deepEqual(reported, [100, 100, 102]);
    assert.equal(pushed.length, 3);
  });

  it('opens its files anew when they were moved away', () => {
    const file = join(directory, 'moved.log');
    const log = new EventLog(section({ file }), { push: () => undefined }, () => undefined);
    log.write('one\n');
    renameSync(file, `${file}.1`);
    log.reopenFiles();
    log.write('two\n');
    log.close();
    // What was waiting goes where the writing is by then: no line is lost.
    assert.equal(readFileSync(`${file}.1`, 'utf8') + readFileSync(file, 'utf8'), 'one\ntwo\n');
  });
});
