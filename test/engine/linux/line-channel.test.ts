import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { COUNTS_LINE } from '../../../src/events/read-lines.ts';
import type { MeterReport } from '../../../src/metrics/meter.ts';
import { loadLibc } from '../../../src/engine/linux/libc.ts';
import type { Libc } from '../../../src/engine/linux/libc.ts';
import { LineChannel } from '../../../src/engine/linux/line-channel.ts';
import type { Peer } from '../../support/wire.ts';
import { failing, tcpPair } from '../../support/wire.ts';

const { ENOBUFS, EPIPE } = constants.errno;

describe('the channel of event lines', () => {
  let libc: Libc;
  let fault: (call: keyof Libc) => number = () => 0;
  let fd = -1;
  let peer: Peer;
  let channel: LineChannel;

  beforeEach(() => {
    fault = () => 0;
    libc = failing(loadLibc(), (call) => fault(call));
    [fd, peer] = tcpPair(libc, { small: true });
    channel = new LineChannel(libc, fd);
  });
  afterEach(() => {
    fault = () => 0;
    libc.close(fd);
    peer.close();
  });

  /** What has arrived, with the channel flushed as often as it takes. */
  function drain(): string {
    const parts: Buffer[] = [];
    for (let idle = 0; idle < 50;) {
      const got = peer.recv();
      idle = typeof got === 'string' ? idle + 1 : 0;
      if (typeof got !== 'string') parts.push(got);
      channel.flush();
    }
    return Buffer.concat(parts).toString('utf8');
  }

  it('carries lines whole, in their order, in any script', () => {
    let done = 0;
    channel.send('{"msg":"one"}\n', null, () => (done += 1));
    channel.send('{"msg":"зап’їть 日本語 🚇"}\n', null, () => (done += 1));
    assert.equal(done, 2);
    assert.equal(channel.waits, false);
    assert.equal(drain(), '{"msg":"one"}\n{"msg":"зап’їть 日本語 🚇"}\n');
  });

  it('sends the counts behind the lines they count', () => {
    const report = { errors: 3 } as unknown as MeterReport;
    channel.send('{"event":403}\n', report, () => undefined);
    assert.equal(drain(), `{"event":403}\n${COUNTS_LINE}{"errors":3}\n`);
  });

  it('keeps what a full socket does not take, copies it, and confirms each batch when it is gone', () => {
    const confirmed: number[] = [];
    const batches = Array.from({ length: 30 }, (_, index) => `${`line ${index} ü`.repeat(10_000)}\n`);
    batches.forEach((batch, index) => {
      channel.send(batch, null, () => confirmed.push(index));
    });
    assert.ok(channel.waits);
    assert.ok(confirmed.length < batches.length);
    assert.equal(drain(), batches.join(''));
    assert.equal(channel.waits, false);
    assert.deepEqual(
      confirmed,
      batches.map((_, index) => index),
    );
  });

  it('keeps its lines when the machine is short of buffers', () => {
    fault = (call) => (call === 'send' ? ENOBUFS : 0);
    let done = 0;
    channel.send('kept\n', null, () => (done += 1));
    assert.equal(done, 0);
    assert.ok(channel.waits);
    fault = () => 0;
    channel.flush();
    assert.equal(done, 1);
    assert.equal(drain(), 'kept\n');
  });

  it('lets go of everything when nobody reads any more', () => {
    fault = (call) => (call === 'send' ? EPIPE : 0);
    let done = 0;
    channel.send('lost\n', null, () => (done += 1));
    assert.equal(done, 1);
    assert.equal(channel.waits, false);
  });

  it('waits at the end for a reader that is behind, and not for ever', async () => {
    const text = 'x'.repeat(8_000_000);
    channel.send(`${text}\n`, null, () => undefined);
    const startedMs = performance.now();
    channel.finish(60);
    const tookMs = performance.now() - startedMs;
    assert.ok(channel.waits && tookMs >= 55 && tookMs < 1_000, `took ${tookMs} ms`);
    const source = `
      const { workerData, parentPort } = require('node:worker_threads');
      const { readSync } = require('node:fs');
      const buffer = Buffer.alloc(1 << 20);
      let left = workerData.length;
      while (left > 0) left -= readSync(workerData.fd, buffer);
      parentPort.postMessage('all read');`;
    const reader = new Worker(source, { eval: true, workerData: { fd: peer.fd, length: text.length + 1 } });
    const all = new Promise((resolve) => reader.once('message', resolve));
    channel.finish(20_000);
    assert.equal(channel.waits, false);
    assert.equal(await all, 'all read');
  });
});
