import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { afterEach, describe, it } from 'node:test';
import { causeOf } from '../../../src/dial/cause.ts';
import type { ConnectionOwner } from '../../../src/engine/engine.ts';
import { LinuxEngine } from '../../../src/engine/linux/engine.ts';
import { loadLibc } from '../../../src/engine/linux/libc.ts';
import type { Libc } from '../../../src/engine/linux/libc.ts';
import { localPort, openListener } from '../../../src/engine/linux/listening.ts';
import type { Loop } from '../../../src/engine/linux/loop.ts';
import { descriptors } from '../../support/process-facts.ts';
import { Diary, Peer, failing, int32, ip, newLoop, turnUntil } from '../../support/wire.ts';

const { errno } = constants;

describe('the Linux engine', () => {
  const real = loadLibc();
  let loop: Loop;

  afterEach(() => {
    assert.equal(loop.open, 0, 'a descriptor is left');
    loop.dispose();
  });

  /** Dials with failing calls. @returns what the owner was told */
  function dial(address: string, port: number, fail: (call: keyof Libc) => number = () => 0): string[] {
    loop = newLoop(failing(real, fail));
    const diary = new Diary();
    const before = descriptors('self').length;
    const connection = new LinuxEngine(loop).connect(ip(address), port, diary);
    assert.deepEqual(diary.told, [], 'told from inside the call');
    turnUntil(loop, () => diary.has('connected') || diary.has('closed'));
    connection.reset();
    loop.turn();
    assert.equal(descriptors('self').length, before, 'a descriptor was lost');
    return diary.told;
  }

  for (const host of ['127.0.0.1', '::1']) {
    it(`dials ${host}, knows the other end, and has Nagle's algorithm off`, () => {
      const listener = openListener(real, ip(host), 0);
      const port = localPort(real, listener);
      loop = newLoop(real);
      const diary = new Diary();
      const connection = new LinuxEngine(loop).connect(ip(host), port, diary);
      assert.deepEqual([connection.remoteAddress, connection.remotePort], [host, port]);
      turnUntil(loop, () => diary.has('connected'));
      connection.send(Buffer.from('hello'));
      const accepted = new Peer(real, real.accept4(listener, new Uint8Array(28), int32(28), 0));
      assert.equal(accepted.recvAll(), 'hello');
      accepted.send('hello yourself');
      turnUntil(loop, () => diary.bytes === 'hello yourself');
      connection.close();
      turnUntil(loop, () => diary.has('closed'));
      accepted.close();
      real.close(listener);
    });
  }

  it('tells a refused connection', () => {
    const listener = openListener(real, ip('127.0.0.1'), 0);
    const port = localPort(real, listener);
    real.close(listener);
    assert.deepEqual(dial('127.0.0.1', port), ['lost ECONNREFUSED', 'closed']);
  });

  it('does not try what the machine has no way to: class E addresses (RFC 1112)', () => {
    const [lost] = dial('255.255.255.255', 9);
    assert.match(lost ?? '', /^lost (EACCES|ENETUNREACH)$/);
  });

  const cases: readonly (readonly [string, keyof Libc, string])[] = [
    ['EMFILE', 'socket', 'out-of-resources'],
    ['ENFILE', 'socket', 'out-of-resources'],
    ['ENOBUFS', 'socket', 'out-of-resources'],
    ['ENETUNREACH', 'connect', 'unreachable'],
    ['EHOSTUNREACH', 'connect', 'unreachable'],
    ['EADDRNOTAVAIL', 'connect', 'unreachable'],
    ['ECONNREFUSED', 'connect', 'connection-refused'],
    ['ETIMEDOUT', 'connect', 'connect-timeout'],
    ['EPERM', 'connect', 'connect-failed'],
    ['ENOSPC', 'epoll_ctl', 'connect-failed'],
    ['ENOMEM', 'epoll_ctl', 'out-of-resources'],
  ];
  for (const [code, call, reason] of cases) {
    it(`tells ${code} of ${call} from the loop, as ${reason}, and loses no descriptor`, () => {
      const number = errno[code as keyof typeof errno];
      assert.deepEqual(
        dial('127.0.0.1', 9, (each) => (each === call ? number : 0)),
        [`lost ${code}`, 'closed'],
      );
      assert.equal(causeOf(code).reason, reason);
    });
  }

  it('tells nothing of an attempt that was given up', () => {
    loop = newLoop(real);
    const diary = new Diary();
    new LinuxEngine(loop).connect(ip('127.0.0.1'), 9, diary).reset();
    for (let turn = 0; turn < 3; turn += 1) loop.turn();
    assert.deepEqual(diary.told, ['closed']);
  });

  it('splices connections of its own kind only', () => {
    loop = newLoop(real);
    const owner: ConnectionOwner = new Diary();
    const connection = new LinuxEngine(loop).connect(ip('127.0.0.1'), 9, owner);
    assert.throws(() => connection.spliceTo({ ...connection, owner }), /different engines/);
    connection.reset();
    loop.turn();
  });
});
