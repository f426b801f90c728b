import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { loadLibc } from '../../../src/engine/linux/libc.ts';
import { Wake, createWakeFd, wake } from '../../../src/engine/linux/wake.ts';
import { failing, newLoop } from '../../support/wire.ts';

describe('the wake-up of the loop', () => {
  const libc = loadLibc();

  it('comes once for several calls before it, and again for the next', () => {
    const loop = newLoop(libc);
    const fd = createWakeFd(libc);
    let woken = 0;
    new Wake(loop, fd, () => (woken += 1));
    wake(libc, fd);
    wake(libc, fd);
    loop.turn();
    assert.equal(woken, 1);
    loop.turn();
    assert.equal(woken, 1);
    wake(libc, fd);
    loop.turn();
    assert.equal(woken, 2);
    loop.release(fd);
    loop.dispose();
  });

  it('interrupts a wait from another thread', async () => {
    const fd = createWakeFd(libc);
    const source = `
      const { workerData } = require('node:worker_threads');
      setTimeout(() => require('node:fs').writeSync(workerData, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0)), 50);`;
    const other = new Worker(source, { eval: true, workerData: fd });
    const loop = newLoop(libc);
    let woken = false;
    new Wake(loop, fd, () => (woken = true));
    const untilMs = performance.now() + 5_000;
    while (!woken && performance.now() < untilMs) loop.turn();
    assert.ok(woken);
    await other.terminate();
    loop.release(fd);
    loop.dispose();
  });

  it('says why there is none', () => {
    const poor = failing(libc, (call) => (call === 'eventfd' ? constants.errno.EMFILE : 0));
    assert.throws(() => createWakeFd(poor), /eventfd failed: EMFILE/);
    const loop = newLoop(libc);
    assert.throws(() => new Wake(loop, -1, () => undefined), /cannot be watched: EBADF/);
    loop.dispose();
  });
});
