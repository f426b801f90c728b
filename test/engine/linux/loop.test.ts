import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { EFD_CLOEXEC, EFD_NONBLOCK, EPOLLET, EPOLLIN, EPOLLOUT, loadLibc } from '../../../src/engine/linux/libc.ts';
import { Loop } from '../../../src/engine/linux/loop.ts';
import type { Pollable } from '../../../src/engine/linux/loop.ts';
import { failing, newLoop } from '../../support/wire.ts';

const ADD_ONE = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);

describe('the epoll loop', () => {
  const libc = loadLibc();
  let loop: Loop;

  beforeEach(() => {
    loop = newLoop(libc);
  });
  afterEach(() => {
    loop.dispose();
  });

  /** An eventfd on the loop, readable when `count` is above 0. */
  function counter(count: number, ready: (events: number, fd: number) => void): number {
    const fd = libc.eventfd(count, EFD_NONBLOCK | EFD_CLOEXEC);
    const pollable: Pollable = { generation: 0, ready: (events) => ready(events, fd) };
    assert.ok(loop.register(fd, pollable, EPOLLIN | EPOLLET));
    return fd;
  }

  it('gives each descriptor its own events, once for an edge', () => {
    const seen: string[] = [];
    const first = counter(0, (events) => seen.push(`first ${events}`));
    const second = counter(1, (events) => seen.push(`second ${events}`));
    loop.turn();
    assert.deepEqual(seen, [`second ${EPOLLIN}`]);
    loop.turn();
    assert.equal(seen.length, 1);
    libc.write(first, ADD_ONE, 8);
    loop.turn();
    assert.deepEqual(seen, [`second ${EPOLLIN}`, `first ${EPOLLIN}`]);
    assert.equal(loop.open, 2);
    loop.release(first);
    loop.release(second);
    assert.equal(loop.open, 0);
  });

  it('passes over the events of a descriptor that was closed in the same batch', () => {
    const seen: string[] = [];
    const all: number[] = [];
    const closeOthers =
      (name: string) =>
      (_: number, fd: number): void => {
        seen.push(name);
        for (const other of all) if (other !== fd) loop.release(other);
      };
    all.push(counter(1, closeOthers('a')), counter(1, closeOthers('b')), counter(1, closeOthers('c')));
    loop.turn();
    assert.equal(seen.length, 1);
    assert.equal(loop.open, 1);
    for (const fd of all) loop.release(fd);
  });

  it('does not give the events of a closed descriptor to the one that got its number in the same batch', () => {
    const seen: string[] = [];
    const all: number[] = [];
    let reused = -1;
    let heir = -1;
    const replaceOther =
      (name: string) =>
      (_: number, fd: number): void => {
        seen.push(name);
        if (heir >= 0) return;
        reused = all.find((other) => other !== fd) ?? -1;
        loop.release(reused);
        // The kernel gives the lowest free number: the one that has just been closed.
        heir = counter(0, () => seen.push('heir'));
      };
    all.push(counter(1, replaceOther('a')), counter(1, replaceOther('b')));
    loop.turn();
    assert.equal(heir, reused, 'the number was not used again');
    assert.equal(seen.length, 1, `the heir was given an event of its predecessor: ${seen.join(', ')}`);
    libc.write(heir, ADD_ONE, 8);
    loop.turn();
    assert.deepEqual(seen.slice(1), ['heir']);
    for (const fd of all) loop.release(fd);
  });

  it('serves what is ready without an edge in the next turn, without waiting', () => {
    const order: string[] = [];
    const again = { run: () => order.push('again') };
    const first = {
      run: () => {
        order.push('first');
        loop.later(again);
      },
    };
    loop.later(first);
    const startedMs = performance.now();
    loop.turn();
    assert.deepEqual(order, ['first']);
    loop.turn();
    assert.ok(performance.now() - startedMs < 25, 'it waited with work at hand');
    assert.deepEqual(order, ['first', 'again']);
    loop.turn();
    assert.equal(order.length, 2);
  });

  it('tells of a close behind everything else of the turn, and of one within that in the next', () => {
    const order: string[] = [];
    const second = { tellClosed: () => order.push('second closed') };
    const first = {
      tellClosed: () => {
        order.push('first closed');
        loop.closedLater(second);
      },
    };
    const told = new Loop({ libc, maxWaitMs: () => 0, turn: () => order.push('turn') });
    loop.dispose();
    loop = told;
    const fd = counter(1, () => {
      order.push('ready');
      loop.closedLater(first);
      loop.later({ run: () => order.push('run') });
    });
    loop.turn();
    loop.turn();
    assert.deepEqual(order, ['ready', 'run', 'turn', 'first closed', 'turn', 'second closed']);
    loop.release(fd);
  });

  it('leaves a descriptor open that it only stops watching', () => {
    let seen = 0;
    const fd = counter(0, () => (seen += 1));
    loop.unwatch(fd);
    libc.write(fd, ADD_ONE, 8);
    loop.turn();
    assert.equal(seen, 0);
    assert.equal(libc.close(fd), 0);
  });

  it('waits as long as it is told, and knows the time behind the wait', () => {
    const before = performance.now();
    loop.turn();
    const waitedMs = performance.now() - before;
    assert.ok(waitedMs >= 25 && waitedMs < 500, `waited ${waitedMs} ms`);
    assert.ok(loop.nowMs >= before + 25 && loop.nowMs <= performance.now());
  });

  it('runs until it is stopped, and passes on what a handler throws', () => {
    let left = 3;
    const fd = counter(0, () => undefined);
    const busy: { run: () => void } = {
      run: () => {
        left -= 1;
        if (left === 0) loop.stop();
        else loop.later(busy);
      },
    };
    loop.later(busy);
    loop.run();
    assert.equal(left, 0);
    loop.release(fd);
    const thrower = counter(1, () => {
      throw new Error('a mistake of ours');
    });
    assert.throws(() => loop.turn(), /a mistake of ours/);
    loop.release(thrower);
  });

  it('goes on after a signal, and not after any other failure of the wait', () => {
    const { EINTR, EBADF } = constants.errno;
    let errno = EINTR;
    const broken = newLoop(failing(libc, (call) => (call === 'epoll_wait' ? errno : 0)));
    broken.turn();
    errno = EBADF;
    assert.throws(() => broken.turn(), /epoll_wait failed: EBADF/);
    broken.dispose();
  });

  it('says which failure kept it from starting, and refuses what cannot be watched', () => {
    const { EMFILE } = constants.errno;
    const poor = failing(libc, (call) => (call === 'epoll_create1' ? EMFILE : 0));
    assert.throws(() => newLoop(poor), /epoll_create1 failed: EMFILE/);
    assert.equal(loop.register(-1, { generation: 0, ready: () => undefined }, EPOLLIN | EPOLLOUT), false);
    assert.equal(loop.open, 0);
  });
});
