import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { LineBatch } from '../../src/events/batch.ts';

interface Receiver {
  batch: LineBatch;
  received: string[];
  done: (() => void)[];
  dropped: number[];
}

function receiver(): Receiver {
  const received: string[] = [];
  const done: (() => void)[] = [];
  const dropped: number[] = [];
  const take = (lines: string, taken: () => void): void => {
    received.push(lines);
    done.push(taken);
  };
  return { batch: new LineBatch(take, (count) => dropped.push(count)), received, done, dropped };
}

const KILOBYTE_LINE = `${'x'.repeat(1023)}\n`;

describe('line batch', () => {
  it('hands on what waits after a short while, in order and in one piece', async () => {
    const { batch, received } = receiver();
    batch.write('one\n');
    batch.write('two\n');
    assert.deepEqual(received, []);
    await delay(120);
    assert.deepEqual(received, ['one\ntwo\n']);
  });

  it('hands on at once when 64 KB have come together', () => {
    const { batch, received } = receiver();
    for (let index = 0; index < 64; index += 1) batch.write(KILOBYTE_LINE);
    assert.equal(received.length, 1);
    assert.equal(received[0]?.length, 65_536);
  });

  it('hands on nothing when nothing waits', () => {
    const { batch, received } = receiver();
    batch.flush();
    batch.write('one\n');
    batch.flush();
    batch.flush();
    assert.deepEqual(received, ['one\n']);
  });

  it('drops and counts lines while the receiver is slow, and says so once when it is over', () => {
    const { batch, received, done, dropped } = receiver();
    for (let index = 0; index < 10_000; index += 1) batch.write(KILOBYTE_LINE);
    const kept = received.join('').length;
    assert.ok(kept <= 4 * 1024 * 1024 + 65_536, `${kept} characters were kept`);
    assert.deepEqual(dropped, []);
    for (const taken of done.splice(0)) taken();
    batch.flush();
    const keptLines = received.join('').length / 1024;
    assert.deepEqual(dropped, [10_000 - keptLines]);
    batch.write('again\n');
    batch.flush();
    for (const taken of done.splice(0)) taken();
    assert.equal(received.at(-1), 'again\n');
    assert.equal(dropped.length, 1);
  });

  it('calls the receiver without a line when it is asked to, once, and not while many calls are under way', async () => {
    const calls: string[] = [];
    const done: (() => void)[] = [];
    const batch = new LineBatch(
      (lines, taken) => {
        calls.push(lines);
        done.push(taken);
      },
      () => undefined,
    );
    batch.request();
    batch.request();
    await delay(120);
    assert.deepEqual(calls, ['']);
    batch.flush();
    assert.deepEqual(calls, ['']);
    for (let turn = 0; turn < 20; turn += 1) {
      batch.request();
      batch.flush();
    }
    assert.equal(calls.length, 8);
    batch.write('a line\n');
    batch.flush();
    assert.equal(calls.at(-1), 'a line\n');
    for (const taken of done) taken();
    batch.request();
    batch.flush();
    assert.equal(calls.length, 10);
  });
});
