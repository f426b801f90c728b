import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { loadLibc } from '../../../src/engine/linux/libc.ts';
import type { Libc } from '../../../src/engine/linux/libc.ts';
import type { Loop } from '../../../src/engine/linux/loop.ts';
import type { End } from '../../support/wire.ts';
import { failing, newEnd, newLoop, turnUntil } from '../../support/wire.ts';

const { ENOBUFS, ENOMEM, EINTR, EPIPE, ECONNRESET } = constants.errno;
const MSG_OOB = 1;
const MEGABYTE = 1 << 20;

describe('a connection of the Linux engine', () => {
  let libc: Libc;
  let loop: Loop;
  /** Answers the errno to inject into a call, 0 for none. */
  let fault: (call: keyof Libc) => number = () => 0;

  beforeEach(() => {
    fault = () => 0;
    libc = failing(loadLibc(), (call) => fault(call));
    loop = newLoop(libc);
  });
  afterEach(() => {
    assert.equal(loop.open, 0, 'a descriptor is left');
    loop.dispose();
  });

  const end = (options: { readonly small?: boolean } = {}): End => newEnd(loop, libc, options);

  /** Two ends spliced together: what one peer sends, the other receives. */
  function spliced(options: { readonly small?: boolean } = {}): [End, End] {
    const [left, right] = [end(options), end(options)];
    left.connection.spliceTo(right.connection);
    right.connection.spliceTo(left.connection);
    return [left, right];
  }

  function turns(count: number): void {
    for (let turn = 0; turn < count; turn += 1) loop.turn();
  }

  function finish(...ends: readonly End[]): void {
    for (const each of ends) each.connection.reset();
    turns(1);
    for (const each of ends) {
      assert.equal(each.diary.told.filter((what) => what === 'closed').length, 1);
      assert.equal(each.diary.told.at(-1), 'closed');
      each.peer.close();
    }
  }

  /** Sends until the kernel takes no more. @returns what was sent */
  function fill({ connection }: End): number {
    let sent = 0;
    while (connection.send(Buffer.alloc(100_000, sent / 100_000))) sent += 100_000;
    return sent + 100_000;
  }

  /** Reads at the peer while the loop turns, until `done`. */
  function readUntil({ peer }: End, done: (bytes: number) => boolean): { bytes: number; last: string } {
    let bytes = 0;
    let last = '';
    for (let turn = 0; turn < 20_000 && !done(bytes) && last === ''; turn += 1) {
      const got = peer.recv();
      if (typeof got !== 'string') bytes += got.length;
      else if (got === 'EAGAIN') loop.turn();
      else last = got;
    }
    return { bytes, last };
  }

  it('tells what was received, and the end once', () => {
    const one = end();
    one.peer.send('hello');
    one.peer.shutdown();
    turnUntil(loop, () => one.diary.has('ended'));
    turns(2);
    assert.equal(one.diary.bytes, 'hello');
    assert.deepEqual(one.diary.told, ['received', 'ended']);
    finish(one);
  });

  it('keeps what the kernel does not take, and tells when it is gone', () => {
    const one = end({ small: true });
    const sent = fill(one);
    assert.ok(one.connection.keepsBytes);
    assert.equal(one.connection.send(Buffer.alloc(10)), false);
    assert.equal(one.connection.bytesSent, sent + 10);
    assert.equal(one.diary.has('drained'), false);
    const { bytes } = readUntil(one, (count) => count === sent + 10);
    assert.equal(bytes, sent + 10);
    turnUntil(loop, () => one.diary.has('drained'));
    assert.equal(one.connection.keepsBytes, false);
    finish(one);
  });

  it('sends its end behind what it keeps', () => {
    const one = end({ small: true });
    const sent = fill(one);
    one.connection.end();
    assert.deepEqual(
      readUntil(one, () => false),
      { bytes: sent, last: 'end' },
    );
    one.peer.send('still here');
    turnUntil(loop, () => one.diary.bytes === 'still here');
    finish(one);
  });

  it('closes behind what it keeps, and reads nothing meanwhile', () => {
    const one = end({ small: true });
    const sent = fill(one);
    one.connection.close();
    one.peer.send('too late');
    turns(2);
    assert.deepEqual(one.diary.told, []);
    const { bytes } = readUntil(one, (count) => count === sent);
    assert.equal(bytes, sent);
    turnUntil(loop, () => one.diary.has('closed'));
    assert.deepEqual(one.diary.told, ['closed']);
    one.peer.close();
  });

  it('is released when the other end resets while it closes behind what it keeps', () => {
    const one = end({ small: true });
    fill(one);
    one.connection.close();
    one.peer.reset();
    turnUntil(loop, () => one.diary.has('closed'));
    assert.deepEqual(one.diary.told, ['closed']);
  });

  it('reads nothing while paused, and what came meanwhile when it goes on', () => {
    const one = end();
    one.connection.pauseReading();
    one.peer.send('held');
    turns(2);
    assert.equal(one.diary.bytes, '');
    one.connection.resumeReading();
    turnUntil(loop, () => one.diary.bytes === 'held');
    finish(one);
  });

  it('reads on after a hang-up until the kernel has no more, over many reads', () => {
    const one = end();
    one.connection.pauseReading();
    let sent = 0;
    for (let taken = one.peer.send(Buffer.alloc(MEGABYTE)); taken > 0; taken = one.peer.send(Buffer.alloc(MEGABYTE))) {
      sent += taken;
    }
    one.peer.shutdown();
    turns(1);
    one.connection.resumeReading();
    turnUntil(loop, () => one.diary.has('ended'));
    assert.equal(one.diary.bytes.length, sent);
    finish(one);
  });

  it('forwards to its peer with backpressure: a source is not read while the sink keeps bytes', () => {
    const [left, right] = spliced({ small: true });
    let sent = 0;
    // The last write stays with the source: it is not read while the sink keeps bytes.
    for (let left_ = 1; left_ >= 0; left_ -= right.connection.keepsBytes ? 1 : 0) {
      sent += Math.max(0, left.peer.send(Buffer.alloc(10_000, sent)));
      loop.turn();
    }
    assert.ok(right.connection.keepsBytes, 'the sink never came short');
    const total = (): number => right.connection.bytesSent;
    // The kernel may find room once more before it is full for good.
    for (let before = -1; before !== total(); turns(5)) before = total();
    const before = total();
    turns(3);
    assert.equal(total(), before);
    const { bytes } = readUntil(right, (count) => count >= sent);
    assert.ok(bytes >= sent, `${bytes} of ${sent} bytes`);
    assert.deepEqual(left.diary.told, []);
    finish(left, right);
  });

  it('goes on reading when it was paused for a peer that has taken everything since', () => {
    const [left, right] = [end(), end({ small: true })];
    // Before the splice the owner looks after backpressure: it pauses the source of what was not taken.
    const sent = fill(right);
    left.connection.pauseReading();
    left.connection.spliceTo(right.connection);
    right.connection.spliceTo(left.connection);
    left.peer.send('behind');
    turns(2);
    const { bytes } = readUntil(right, (count) => count === sent + 6);
    assert.equal(bytes, sent + 6, 'the source stayed paused');
    finish(left, right);
  });

  it('tells a reset as such, and everything that came before it first', () => {
    const one = end();
    one.peer.send('last words');
    one.peer.reset();
    turnUntil(loop, () => one.diary.has('closed'));
    assert.equal(one.diary.bytes, 'last words');
    assert.deepEqual(one.diary.told, ['received', 'lost ECONNRESET', 'closed']);
  });

  it('forwards what came before a reset, also when the sink has to be waited for', () => {
    const [left, right] = spliced({ small: true });
    const kept = fill(right);
    left.peer.send('last words');
    left.peer.reset();
    turns(3);
    assert.deepEqual(left.diary.told, []);
    const { bytes } = readUntil(right, (count) => count === kept + 10);
    assert.equal(bytes, kept + 10);
    turnUntil(loop, () => left.diary.has('closed'));
    assert.deepEqual(left.diary.told, ['lost ECONNRESET', 'closed']);
    finish(right);
  });

  it('tells an end with a reset right behind it as a loss', () => {
    const one = end();
    one.peer.send('bye');
    one.peer.shutdown();
    one.peer.reset();
    turnUntil(loop, () => one.diary.has('closed'));
    assert.equal(one.diary.bytes, 'bye');
    // The kernel's name for a reset behind an end (tcp_reset in CLOSE_WAIT).
    assert.deepEqual(one.diary.told, ['received', 'lost EPIPE', 'closed']);
  });

  it('tells a reset behind its end, after which it does not read any more', () => {
    const one = end();
    one.peer.shutdown();
    turnUntil(loop, () => one.diary.has('ended'));
    one.peer.reset();
    turnUntil(loop, () => one.diary.has('closed'));
    assert.deepEqual(one.diary.told, ['ended', 'lost EPIPE', 'closed']);
  });

  it('tells a reset although it is paused', () => {
    const one = end();
    one.connection.pauseReading();
    one.peer.reset();
    turnUntil(loop, () => one.diary.has('closed'));
    assert.deepEqual(one.diary.told, ['lost ECONNRESET', 'closed']);
  });

  it('still forwards what a peer had sent when a write to it fails, then tells the loss', () => {
    const [left, right] = spliced();
    right.peer.send('the last answer');
    let writes = 0;
    fault = (call) => (call === 'send' && (writes += 1) === 1 ? EPIPE : 0);
    left.connection.pauseReading();
    right.connection.send(Buffer.from('x'));
    fault = () => 0;
    turnUntil(loop, () => right.diary.has('closed'));
    assert.equal(left.peer.recvAll(), 'the last answer');
    assert.deepEqual(right.diary.told, ['lost EPIPE', 'closed']);
    finish(left);
    right.peer.close();
  });

  it('drops what it keeps on a failed write, and takes nothing further', () => {
    const one = end({ small: true });
    fill(one);
    fault = (call) => (call === 'send' ? ECONNRESET : 0);
    one.peer.recvAll();
    turnUntil(loop, () => one.diary.has('closed'));
    assert.deepEqual(one.diary.told, ['lost ECONNRESET', 'closed']);
    assert.equal(one.connection.send(Buffer.from('x')), true);
    one.peer.close();
  });

  for (const [name, errno] of Object.entries({ ENOBUFS, ENOMEM, EINTR })) {
    it(`tries again after ${name}, in both directions, though no edge will come`, () => {
      const [left, right] = spliced();
      let left_ = 3;
      fault = (call) => ((call === 'recv' || call === 'send') && left_ > 0 ? ((left_ -= 1), errno) : 0);
      left.peer.send = sendAround(
        left,
        () => fault,
        (next) => (fault = next),
      );
      left.peer.send('through');
      turns(8);
      assert.equal(left_, 0, 'nothing was injected');
      fault = () => 0;
      assert.equal(right.peer.recvAll(), 'through');
      assert.deepEqual([left.diary.told, right.diary.told], [[], []]);
      finish(left, right);
    });
  }

  it('keeps urgent bytes in the stream, in their place, and what lies behind them', () => {
    const [left, right] = spliced();
    left.peer.send('before');
    left.peer.send('!', MSG_OOB);
    left.peer.send('behind');
    turns(3);
    assert.equal(right.peer.recvAll(), 'before!behind');
    left.peer.send('?', MSG_OOB);
    turns(3);
    left.peer.send('more');
    turns(3);
    assert.equal(right.peer.recvAll(), '?more');
    finish(left, right);
  });

  it('ends with a reset that drops what it keeps', () => {
    const one = end({ small: true });
    const sent = fill(one);
    one.connection.reset();
    turns(1);
    assert.deepEqual(one.diary.told, ['closed']);
    const { bytes, last } = readUntil(one, () => false);
    assert.ok(bytes < sent);
    assert.equal(last, 'ECONNRESET');
    one.peer.close();
  });

  it('does nothing after it was closed, whatever it is asked', () => {
    const one = end();
    one.connection.close();
    one.connection.close();
    one.connection.reset();
    one.connection.end();
    one.connection.pauseReading();
    one.connection.resumeReading();
    assert.equal(one.connection.send(Buffer.from('x')), true);
    turns(2);
    assert.deepEqual(one.diary.told, ['closed']);
    assert.equal(one.peer.recvAll(), '|end');
    one.peer.close();
  });

  it('may be closed, reset and paused by its owner in the middle of being told', () => {
    for (const what of ['close', 'reset', 'pauseReading', 'end'] as const) {
      const one = end();
      one.diary.on.received = (connection) => {
        connection[what]();
      };
      one.peer.send('now');
      turnUntil(loop, () => one.diary.has('received'));
      turns(2);
      assert.equal(one.diary.bytes, 'now');
      finish(one);
    }
  });

  it('lets others have their turn after so many reads in a row', () => {
    const [greedy, modest] = [end(), end()];
    let reads = 0;
    let readsBefore = -1;
    greedy.diary.on.received = () => {
      reads += 1;
      // There is always more: the sender writes as fast as it is read.
      while (greedy.peer.send(Buffer.alloc(MEGABYTE)) > 0);
    };
    modest.diary.on.received = () => (readsBefore = reads);
    Object.defineProperty(loop, 'buffer', { value: new Uint8Array(1_000) });
    greedy.peer.send(Buffer.alloc(100_000));
    modest.peer.send('me too');
    turnUntil(loop, () => modest.diary.has('received'));
    assert.ok(readsBefore <= 16, `${readsBefore} reads before the other had its turn`);
    finish(greedy, modest);
  });
});

/** The peer shares the wrapped C library: its own calls must not be the ones that fail. */
function sendAround(
  { peer }: End,
  now: () => (call: keyof Libc) => number,
  set: (fault: (call: keyof Libc) => number) => void,
): typeof peer.send {
  const send = peer.send.bind(peer);
  return (...args) => {
    const fault = now();
    set(() => 0);
    const sent = send(...args);
    set(fault);
    return sent;
  };
}
