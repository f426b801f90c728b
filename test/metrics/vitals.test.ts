import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Vitals } from '../../src/metrics/vitals.ts';

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
