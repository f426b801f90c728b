import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { packageFile } from '../../src/config/package-file.ts';
import { Vitals } from '../../src/metrics/vitals.ts';
import { requireProgram, runProgram } from '../support/programs.ts';

describe('vital signs of a process', () => {
  it('tell memory, descriptors and their limit', { skip: process.platform !== 'linux' }, async () => {
    const vitals = new Vitals();
    const before = await vitals.look();
    const opened = Array.from({ length: 20 }, () => openSync('/dev/null', 'r'));
    const after = await vitals.look();
    for (const fd of opened) closeSync(fd);
    vitals.stop();
    assert.equal((after.descriptors ?? 0) - (before.descriptors ?? 0), 20);
    const listed = readdirSync('/proc/self/fd').length;
    assert.ok(Math.abs((before.descriptors ?? 0) - listed) <= 3, `${before.descriptors}, listed ${listed}`);
    assert.ok((before.descriptorLimit ?? 0) > 100);
    assert.ok(before.residentBytes > 10_000_000);
  });

  it('are told without a free descriptor as well', async (context) => {
    const prlimit = requireProgram('prlimit', context);
    if (prlimit === null) return;
    const script = `import { openSync } from 'node:fs';
      const { Vitals } = await import(${JSON.stringify(packageFile('dist/src/metrics/vitals.js'))});
      const vitals = new Vitals();
      await vitals.look();
      try { for (;;) openSync('/dev/null', 'r'); } catch {}
      const { residentBytes } = await vitals.look();
      process._rawDebug(residentBytes > 10_000_000);
      process.exit();`;
    const args = ['--nofile=80:80', process.execPath, '--input-type=module', '--eval', script];
    const { code, stderr } = await runProgram(prlimit, args);
    assert.deepEqual([code, stderr.trim()], [0, 'true']);
  });

  it('show that the event loop stood still, once', async () => {
    const vitals = new Vitals();
    await delay(100);
    await vitals.look();
    // The first turn after a look is not measured.
    await delay(60);
    const untilMs = performance.now() + 200;
    while (performance.now() < untilMs);
    await delay(50);
    const stalled = await vitals.look();
    assert.ok(stalled.stallMs > 120 && stalled.stallMs < 2_000, String(stalled.stallMs));
    vitals.stop();
  });
});
