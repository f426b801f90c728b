import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { once } from 'node:events';
import { connect } from 'node:net';
import {
  F_GETFL,
  F_SETFL,
  IPPROTO_TCP,
  O_NONBLOCK,
  SOL_SOCKET,
  SO_ACCEPTCONN,
  TCP_NODELAY,
  loadLibc,
} from '../../../src/engine/linux/libc.ts';
import { localPort, openListener, prepareListener } from '../../../src/engine/linux/listening.ts';
import { int32, ip } from '../../support/wire.ts';

describe('the listening socket', () => {
  const libc = loadLibc();

  function option(fd: number, level: number, name: number): number {
    const value = new Uint8Array(4);
    assert.equal(libc.getsockopt(fd, level, name, value, int32(4)), 0);
    return new DataView(value.buffer).getInt32(0, true);
  }

  async function reaches(port: number, host: string): Promise<boolean> {
    const socket = connect(port, host);
    const connected = once(socket, 'connect').then(
      () => true,
      () => false,
    );
    const result = await connected;
    socket.destroy();
    return result;
  }

  const cases = [
    { host: '127.0.0.1', reached: ['127.0.0.1'], not: ['::1'] },
    { host: '0.0.0.0', reached: ['127.0.0.1'], not: ['::1'] },
    { host: '::1', reached: ['::1'], not: ['127.0.0.1'] },
    { host: '::', reached: ['127.0.0.1', '::1'], not: [] },
  ];
  for (const { host, reached, not } of cases) {
    it(`on ${host} is reached by ${reached.join(' and ')}${not.length > 0 ? `, not by ${not.join(' or ')}` : ''}`, async () => {
      const fd = openListener(libc, ip(host), 0);
      const port = localPort(libc, fd);
      assert.ok(port > 0);
      for (const each of reached) assert.equal(await reaches(port, each), true, each);
      for (const each of not) assert.equal(await reaches(port, each), false, each);
      libc.close(fd);
    });
  }

  it('does not block, listens, and gives TCP_NODELAY to what it accepts', () => {
    const fd = openListener(libc, ip('127.0.0.1'), 0);
    assert.equal(libc.fcntl(fd, F_GETFL, 0) & O_NONBLOCK, O_NONBLOCK);
    assert.equal(option(fd, SOL_SOCKET, SO_ACCEPTCONN), 1);
    assert.equal(option(fd, IPPROTO_TCP, TCP_NODELAY), 1);
    libc.close(fd);
  });

  it('may be opened again at once, and not twice at a time', () => {
    const fd = openListener(libc, ip('127.0.0.1'), 0);
    const port = localPort(libc, fd);
    assert.throws(() => openListener(libc, ip('127.0.0.1'), port), { code: 'EADDRINUSE', message: /EADDRINUSE/ });
    libc.close(fd);
    libc.close(openListener(libc, ip('127.0.0.1'), port));
  });

  it('says what the address lacks', () => {
    assert.throws(() => openListener(libc, ip('203.0.113.1'), 0), {
      code: 'EADDRNOTAVAIL',
      message: 'bind failed: EADDRNOTAVAIL',
    });
  });

  it('that somebody else opened is made one of ours', () => {
    const fd = openListener(libc, ip('127.0.0.1'), 0);
    libc.fcntl(fd, F_SETFL, libc.fcntl(fd, F_GETFL, 0) & ~O_NONBLOCK);
    libc.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, int32(0), 4);
    prepareListener(libc, fd);
    assert.equal(libc.fcntl(fd, F_GETFL, 0) & O_NONBLOCK, O_NONBLOCK);
    assert.equal(option(fd, IPPROTO_TCP, TCP_NODELAY), 1);
    libc.close(fd);
    assert.throws(() => prepareListener(libc, fd), { code: 'EBADF' });
    assert.throws(() => localPort(libc, fd), { code: 'EBADF' });
  });
});
