import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogDestination } from '../../src/events/destination.ts';
import { openLogFile } from '../../src/events/destination.ts';

const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-log-'));
after(() => {
  rmSync(directory, { recursive: true });
});

function openFile(path: string, over: { maxBytes?: number; head?: string } = {}): LogDestination {
  return openLogFile({ path, maxBytes: 0, maxAgeMs: 0, keep: 2, ...over });
}

/** Opens standard output, writes 2 MB in 20 turns, tells on stderr how long the longest turn took, closes. */
const CHILD = `
  import { openStandardOutput } from ${JSON.stringify(new URL('../../src/events/destination.js', import.meta.url).href)};
  const log = openStandardOutput();
  const lines = ('x'.repeat(99) + '\\n').repeat(1000);
  let last = performance.now(), longest = 0, turns = 0;
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    log.write(lines);
    last = performance.now();
    if ((turns += 1) < 20) return;
    clearInterval(timer);
    process.stderr.write(String(Math.round(longest)));
    log.close();
    process.exit(0);
  }, 10);`;

describe('log destination', () => {
  it('appends to log.file, readable by owner and group only, and creates missing folders', () => {
    const file = join(directory, 'deep', 'gateway.log');
    for (const line of ['one\n', 'two\n']) {
      const log = openFile(file);
      log.write(line);
      log.close();
      log.close();
      log.write('after the end\n');
    }
    assert.equal(readFileSync(file, 'utf8'), 'one\ntwo\n');
    assert.equal(statSync(file).mode & 0o027, 0);
  });

  it('writes waiting lines after a short while without being told', async () => {
    const file = join(directory, 'later.log');
    const log = openFile(file);
    log.write('one\n');
    const limit = performance.now() + 5_000;
    // The timer does not keep the process alive, so this waits with one that does.
    while (readFileSync(file, 'utf8') === '' && performance.now() < limit) await delay(20);
    assert.equal(readFileSync(file, 'utf8'), 'one\n');
    log.close();
  });

  it('says which file it cannot open', () => {
    assert.throws(() => openFile(directory), { code: 'EISDIR' });
  });

  it('keeps the process going and lets it end when nobody reads standard output', { timeout: 30_000 }, async () => {
    // A pipe of the shell, as in `start | less`; the reader sleeps.
    const script = `"$0" --input-type=module -e "$1" | { sleep 5; }`;
    const startedMs = performance.now();
    const child = spawn('bash', ['-c', script, process.execPath, CHILD], { stdio: ['ignore', 'ignore', 'pipe'] });
    let told = '';
    let toldAfterMs = 0;
    child.stderr.on('data', (data: Buffer) => {
      told += data.toString();
      toldAfterMs = performance.now() - startedMs;
    });
    await new Promise((resolve) => child.on('close', resolve));
    assert.match(told, /^\d+$/);
    assert.ok(Number(told) < 1_000, `the loop stood still for ${told} ms`);
    assert.ok(toldAfterMs < 4_000, `all turns were over only after ${toldAfterMs} ms`);
  });

  it('survives a full disk and a reader that left', async () => {
    for (const target of ['> /dev/full', '| true']) {
      const child = spawn(
        'bash',
        ['-c', `set -o pipefail; "$0" --input-type=module -e "$1" ${target}`, process.execPath, CHILD],
        {
          stdio: 'ignore',
        },
      );
      const code = await new Promise((resolve) => child.on('close', resolve));
      assert.equal(code, 0, target);
    }
  });

  it('goes on in the new file after the old one was moved away and it was told', () => {
    const file = join(directory, 'moved.log');
    const log = openFile(file);
    log.write('one\n'.repeat(2_000));
    renameSync(file, `${file}.old`);
    log.write('two\n'.repeat(2_000));
    assert.equal(existsSync(file), false);
    assert.equal(log.reopen(), null);
    log.write('three\n');
    log.close();
    assert.equal(readFileSync(file, 'utf8'), 'three\n');
    assert.equal(readFileSync(`${file}.old`, 'utf8'), 'one\n'.repeat(2_000) + 'two\n'.repeat(2_000));
  });

  it('puts files aside between lines, never in one, and begins each with its head', () => {
    const file = join(directory, 'aside.log');
    const log = openFile(file, { maxBytes: 10_000, head: '#head\n' });
    for (let turn = 0; turn < 9; turn += 1) log.write(`${String(turn).repeat(99)}\n`.repeat(50));
    log.close();
    const files = [`${file}.2`, `${file}.1`, file].map((name) => readFileSync(name, 'utf8'));
    assert.equal(existsSync(`${file}.3`), false);
    for (const text of files) assert.match(text, /^#head\n(?:(\d)\1{98}\n)+$/);
    assert.match(files.join(''), /8\n$/);
  });

  it('keeps going with the file it has when a new one cannot be had, and says so in the log', () => {
    const file = join(directory, 'gone', 'x.log');
    const log = openFile(file);
    renameSync(join(directory, 'gone'), join(directory, 'went'));
    writeFileSync(join(directory, 'gone'), 'no folder');
    assert.match(log.reopen() ?? '', /x\.log cannot be opened for appending \(E/);
    log.write('still\n');
    log.close();
    assert.equal(readFileSync(join(directory, 'went', 'x.log'), 'utf8'), 'still\n');
  });

  it('drops and counts what a stopped reader does not take, and tells it once when that is over', async () => {
    const pipe = join(directory, 'pipe');
    spawnSync('mkfifo', [pipe]);
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const log = openFile(pipe);
    const line = `${'x'.repeat(999)}\n`;
    let longestMs = 0;
    for (let turn = 0; turn < 10_000; turn += 1) {
      const beforeMs = performance.now();
      log.write(line);
      longestMs = Math.max(longestMs, performance.now() - beforeMs);
    }
    assert.ok(longestMs < 500, `writing stood still for ${longestMs} ms`);
    assert.ok(log.dropped > 5_000 && log.dropped < 10_000, String(log.dropped));
    let text = '';
    const limit = performance.now() + 10_000;
    while (!text.includes('events-dropped') && performance.now() < limit) {
      text += readAvailable(reader);
      await delay(5);
    }
    await delay(250);
    text += readAvailable(reader);
    log.close();
    closeSync(reader);
    const lines = text.split('\n').filter((each) => each !== '');
    const told = lines.filter((each) => !each.startsWith('x'));
    assert.equal(told.length, 1);
    assert.equal((JSON.parse(told[0] ?? '') as { count: number }).count, log.dropped);
    assert.equal(lines.length - 1 + log.dropped, 10_000);
    assert.ok(
      lines.every((each) => each.length === 999 || each === told[0]),
      'a line was torn',
    );
  });
});

function readAvailable(fd: number): string {
  const buffer = Buffer.alloc(1 << 20);
  let text = '';
  for (;;) {
    try {
      const length = readSync(fd, buffer);
      if (length === 0) return text;
      text += buffer.subarray(0, length).toString();
    } catch {
      return text;
    }
  }
}
