import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { packageFile } from '../../../src/config/package-file.ts';
import { loadLibc } from '../../../src/engine/linux/libc.ts';
import { openListener } from '../../../src/engine/linux/listening.ts';
import type { LoopStart } from '../../../src/engine/linux/messages.ts';
import { createWakeFd, wake } from '../../../src/engine/linux/wake.ts';
import { loopSettings } from '../../support/loop-settings.ts';
import { ip, tcpPair } from '../../support/wire.ts';

const THREAD = packageFile('dist/src/engine/linux/thread.js');

describe('the loop thread', () => {
  const libc = loadLibc();

  function startWith(more: Partial<LoopStart>): { thread: Worker; wakeFd: number } {
    const wakeFd = createWakeFd(libc);
    const [lineFd] = tcpPair(libc);
    const listenFd = openListener(libc, ip('127.0.0.1'), 0);
    const turns = new Int32Array(new SharedArrayBuffer(4));
    const start: LoopStart = { settings: loopSettings({}), listenFd, lineFd, turns, wakeFd, ...more };
    return { thread: new Worker(THREAD, { workerData: start }), wakeFd };
  }

  it('says when it accepts, and ends when it is told to', async () => {
    const { thread, wakeFd } = startWith({});
    assert.deepEqual((await once(thread, 'message'))[0], { kind: 'ready' });
    thread.postMessage({ kind: 'stop' });
    wake(libc, wakeFd);
    assert.deepEqual(await once(thread, 'exit'), [0]);
  });

  it('ends at once when nothing is open while it drains', async () => {
    const { thread, wakeFd } = startWith({});
    await once(thread, 'message');
    const startedMs = performance.now();
    thread.postMessage({ kind: 'drain', limitMs: 60_000 });
    wake(libc, wakeFd);
    assert.deepEqual(await once(thread, 'exit'), [0]);
    assert.ok(performance.now() - startedMs < 5_000);
  });

  it('ends with what went wrong when it cannot begin', async () => {
    const { thread } = startWith({ listenFd: -1 });
    const [error] = (await once(thread, 'error')) as [Error];
    assert.equal(error.message, 'the listening socket cannot be watched: EBADF');
  });

  it('runs nowhere else', async () => {
    await assert.rejects(import(THREAD), /loop thread of a worker process/);
  });
});
