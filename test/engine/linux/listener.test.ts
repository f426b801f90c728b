import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Connection } from '../../../src/engine/engine.ts';
import { loadLibc } from '../../../src/engine/linux/libc.ts';
import type { Libc } from '../../../src/engine/linux/libc.ts';
import { Listener } from '../../../src/engine/linux/listener.ts';
import { localPort, openListener } from '../../../src/engine/linux/listening.ts';
import type { Loop } from '../../../src/engine/linux/loop.ts';
import { Diary, dialRaw, ip, newLoop, turnUntil } from '../../support/wire.ts';

const { EMFILE, ENOSPC, ECONNABORTED } = constants.errno;

describe('the listener of the Linux engine', () => {
  const real = loadLibc();
  let loop: Loop;
  let fd = -1;
  let port = 0;
  const accepted: Connection[] = [];
  let refused: string[] = [];
  /** Of the last one accepted. */
  let diary = new Diary();

  beforeEach(() => {
    fd = openListener(real, ip('127.0.0.1'), 0);
    port = localPort(real, fd);
    refused = [];
  });
  afterEach(() => {
    for (const connection of accepted.splice(0)) connection.reset();
    loop.turn();
    assert.equal(loop.open, 0, 'a descriptor is left');
    loop.dispose();
  });

  function listen(libc: Libc = real): Listener {
    loop = newLoop(libc);
    return new Listener(loop, fd, {
      accepted: (connection) => {
        diary = new Diary();
        connection.owner = diary;
        accepted.push(connection);
      },
      refused: (code) => {
        refused.push(code);
        return Buffer.from('HTTP/1.1 503 Service Unavailable\r\n\r\n');
      },
    });
  }

  it('accepts with address and port of the client, and what the client has sent already', () => {
    const listener = listen();
    const peer = dialRaw(real, port);
    peer.send('early');
    turnUntil(loop, () => accepted.length === 1);
    const [connection] = accepted;
    assert.equal(connection?.remoteAddress, '127.0.0.1');
    assert.equal(connection.remotePort, localPort(real, peer.fd));
    turnUntil(loop, () => diary.bytes === 'early');
    listener.stop();
    peer.close();
  });

  it('accepts a burst of any size', () => {
    const listener = listen();
    const peers = Array.from({ length: 100 }, () => dialRaw(real, port));
    turnUntil(loop, () => accepted.length === 100);
    listener.stop();
    for (const peer of peers) peer.close();
  });

  it('goes to the end of the queue for the shared socket after every eighth client', () => {
    const calls: string[] = [];
    const counting: Libc = {
      ...real,
      epoll_ctl: (epoll, operation, target, event) => {
        if (target === fd) calls.push(operation === 1 ? 'add' : 'remove');
        return real.epoll_ctl(epoll, operation, target, event);
      },
    };
    const listener = listen(counting);
    const peers = Array.from({ length: 7 }, () => dialRaw(real, port));
    turnUntil(loop, () => accepted.length === 7);
    assert.deepEqual(calls, ['add']);
    peers.push(dialRaw(real, port));
    turnUntil(loop, () => accepted.length === 8);
    loop.turn();
    assert.deepEqual(calls, ['add', 'remove', 'add']);
    peers.push(dialRaw(real, port));
    turnUntil(loop, () => accepted.length === 9);
    listener.stop();
    for (const peer of peers) peer.close();
  });

  it('shares the socket: of two loops that wait for it, both come to accept', () => {
    const first = listen();
    const other = newLoop(real);
    let others = 0;
    const second = new Listener(other, real.fcntl(fd, 0 /* F_DUPFD */, 0), {
      accepted: (connection) => {
        others += 1;
        connection.owner = new Diary();
        connection.reset();
      },
      refused: () => new Uint8Array(0),
    });
    for (let round = 0; round < 40; round += 1) {
      dialRaw(real, port).close();
      if (round % 2 === 0) loop.turn();
      else other.turn();
    }
    assert.ok(accepted.length > 0 && others > 0, `${accepted.length} and ${others}`);
    first.stop();
    second.stop();
    other.turn();
    other.dispose();
  });

  /** A C library in which no descriptor is left but the one that the listener may give up. */
  function exhausted(): { libc: Libc; full: boolean; stolen: boolean } {
    const state = { libc: real, full: false, stolen: false };
    let reserve = -1;
    let failed = false;
    const fail = (): number => {
      failed = true;
      return -1;
    };
    state.libc = {
      ...real,
      eventfd: (initial, flags) => {
        failed = false;
        if (state.full && state.stolen) return fail();
        return (reserve = real.eventfd(initial, flags));
      },
      close: (target) => {
        failed = false;
        if (target === reserve) reserve = -1;
        return real.close(target);
      },
      accept4: (...args) => {
        failed = false;
        return state.full && (reserve >= 0 || state.stolen) ? fail() : real.accept4(...args);
      },
      errno: () => (failed ? EMFILE : real.errno()),
    };
    return state;
  }

  it('answers each client when no descriptor is left, without a reset, and recovers by itself', () => {
    const state = exhausted();
    const listener = listen(state.libc);
    state.full = true;
    const peers = Array.from({ length: 20 }, () => dialRaw(real, port));
    for (const peer of peers) peer.send('CONNECT a.test:443 HTTP/1.1\r\n\r\n');
    turnUntil(loop, () => refused.length === 20);
    assert.deepEqual(new Set(refused), new Set(['EMFILE']));
    for (const peer of peers) {
      assert.equal(peer.recvAll(), 'HTTP/1.1 503 Service Unavailable\r\n\r\n|end');
      peer.close();
    }
    assert.equal(accepted.length, 0);
    state.full = false;
    const peer = dialRaw(real, port);
    turnUntil(loop, () => accepted.length === 1);
    listener.stop();
    peer.close();
  });

  it('gets a reserve again when another thread took the one it had given up', () => {
    const state = exhausted();
    const listener = listen(state.libc);
    state.full = true;
    state.stolen = true;
    const first = dialRaw(real, port);
    for (let turn = 0; turn < 3; turn += 1) loop.turn();
    assert.deepEqual(refused, []);
    state.stolen = false;
    turnUntil(loop, () => refused.length === 1);
    assert.match(first.recvAll(), /^HTTP\/1\.1 503 /);
    listener.stop();
    first.close();
  });

  it('passes over a connection that was aborted before it was accepted (accept(2))', () => {
    let aborted = 1;
    let failed = false;
    const libc: Libc = {
      ...real,
      accept4: (...args) => {
        failed = aborted > 0;
        aborted -= 1;
        return failed ? -1 : real.accept4(...args);
      },
      errno: () => (failed ? ECONNABORTED : real.errno()),
    };
    const listener = listen(libc);
    const peer = dialRaw(real, port);
    turnUntil(loop, () => accepted.length === 1);
    listener.stop();
    peer.close();
  });

  it('closes a client that cannot be watched', () => {
    let failed = false;
    const libc: Libc = {
      ...real,
      epoll_ctl: (epoll, operation, target, event) => {
        failed = target !== fd;
        return failed ? -1 : real.epoll_ctl(epoll, operation, target, event);
      },
      errno: () => (failed ? ENOSPC : real.errno()),
    };
    const listener = listen(libc);
    const peer = dialRaw(real, port);
    turnUntil(loop, () => peer.recvAll() === '|end');
    assert.equal(accepted.length, 0);
    listener.stop();
    peer.close();
  });

  it('accepts nothing once stopped, and throws when the socket cannot be watched', () => {
    const listener = listen();
    listener.stop();
    listener.stop();
    loop.turn();
    assert.throws(() => new Listener(loop, -1, { accepted: () => undefined, refused: () => new Uint8Array(0) }), {
      message: 'the listening socket cannot be watched: EBADF',
    });
  });
});
