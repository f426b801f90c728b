import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openDestination, prettyLines } from '../../src/events/destination.ts';

const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-log-'));
after(() => {
  rmSync(directory, { recursive: true });
});

/** Opens standard output, writes 2 MB in 20 turns, tells on stderr how long the longest turn took, closes. */
const CHILD = `
  import { openDestination } from ${JSON.stringify(new URL('../../src/events/destination.js', import.meta.url).href)};
  const log = openDestination('');
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
      const log = openDestination(file);
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
    const log = openDestination(file);
    log.write('one\n');
    const limit = performance.now() + 5_000;
    // The timer does not keep the process alive, so this waits with one that does.
    while (readFileSync(file, 'utf8') === '' && performance.now() < limit) await delay(20);
    assert.equal(readFileSync(file, 'utf8'), 'one\n');
    log.close();
  });

  it('says which file it cannot open', () => {
    assert.throws(() => openDestination(directory), { code: 'EISDIR' });
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

  it('shows a person one line for each event, with number and sentence', () => {
    const event = { level: 'warn', time: '2026-01-02T03:04:05.678Z', event: 105, msg: 'No.', client: 'c' };
    const text = prettyLines(false)(`${JSON.stringify(event)}\n${JSON.stringify(event)}\n`);
    assert.match(text, /^(\[\d\d:\d\d:05\.678\] WARN: 105 No\.\n){2}$/);
  });
});
