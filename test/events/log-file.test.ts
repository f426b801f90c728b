import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { LogFile } from '../../src/events/log-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-file-'));
after(() => {
  rmSync(directory, { recursive: true });
});
const DAY = 86_400_000;

function write(file: LogFile, text: string): void {
  file.wrote(writeSync(file.fd, text));
}

describe('log file', () => {
  it('is put aside once it is large enough, what was there before the start counted', () => {
    const path = join(directory, 'large.log');
    appendFileSync(path, 'x'.repeat(60));
    const file = new LogFile({ path, maxBytes: 100, maxAgeMs: 0, keep: 3 });
    assert.equal(file.putAsideIfDue(), null);
    assert.equal(existsSync(`${path}.1`), false);
    write(file, 'y'.repeat(40));
    assert.equal(file.putAsideIfDue(), null);
    write(file, 'z');
    file.close();
    assert.equal(readFileSync(`${path}.1`, 'utf8'), 'x'.repeat(60) + 'y'.repeat(40));
    assert.equal(readFileSync(path, 'utf8'), 'z');
  });

  it('is put aside once it is old enough, but not while it is empty', () => {
    const path = join(directory, 'old.log');
    let now = Date.now();
    const file = new LogFile({ path, maxBytes: 0, maxAgeMs: DAY, keep: 3 }, () => now);
    now += 2 * DAY;
    file.putAsideIfDue();
    assert.equal(existsSync(`${path}.1`), false);
    write(file, 'one');
    file.putAsideIfDue();
    assert.equal(readFileSync(`${path}.1`, 'utf8'), 'one');
    write(file, 'two');
    now += DAY / 2;
    file.putAsideIfDue();
    assert.equal(existsSync(`${path}.2`), false);
    file.close();
  });

  it('keeps as many as were asked for, the newest as .1', () => {
    const path = join(directory, 'kept.log');
    for (const [keep, expected] of [
      [2, ['4', '3']],
      [0, []],
    ] as const) {
      const file = new LogFile({ path, maxBytes: 1, maxAgeMs: 0, keep });
      for (const text of ['1', '2', '3', '4']) {
        write(file, text);
        file.putAsideIfDue();
      }
      file.close();
      const found = readdirSync(directory)
        .filter((name) => name.startsWith('kept.log.'))
        .sort();
      assert.deepEqual(
        found.map((name) => readFileSync(join(directory, name), 'utf8')),
        expected,
      );
      for (const name of found) rmSync(join(directory, name));
    }
  });

  it('asks for its head only at the beginning of a file', () => {
    const path = join(directory, 'head.log');
    const file = new LogFile({ path, maxBytes: 3, maxAgeMs: 0, keep: 1, head: '#\n' });
    assert.equal(file.head, '#\n');
    write(file, '#\nx');
    assert.equal(file.head, '');
    file.putAsideIfDue();
    assert.equal(file.head, '#\n');
    file.close();
  });

  it('goes on with the file it has when it cannot be put aside, and tries again later', () => {
    const path = join(directory, 'stuck.log');
    let now = Date.now();
    const file = new LogFile({ path, maxBytes: 1, maxAgeMs: 0, keep: 1 }, () => now);
    write(file, 'x');
    rmSync(`${path}.1`, { force: true });
    // A folder that is not empty cannot be replaced by a file.
    appendFileSync(path, '');
    const blocker = new LogFile({ path: join(`${path}.1`, 'inside'), maxBytes: 0, maxAgeMs: 0, keep: 0 });
    assert.match(file.putAsideIfDue() ?? '', /stuck\.log cannot be put aside \(E/);
    assert.equal(file.putAsideIfDue(), null, 'it is not tried again at once');
    write(file, 'y');
    assert.equal(readFileSync(path, 'utf8'), 'xy');
    blocker.close();
    rmSync(`${path}.1`, { recursive: true });
    now += 61_000;
    assert.equal(file.putAsideIfDue(), null);
    assert.equal(readFileSync(`${path}.1`, 'utf8'), 'xy');
    file.close();
  });
});
