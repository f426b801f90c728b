import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { describe, it } from 'node:test';
import { loadLibc } from '../../../src/engine/linux/libc.ts';
import { isPassing, keepUrgentInline, resetOnClose, socketError } from '../../../src/engine/linux/socket-options.ts';
import { tcpPair } from '../../support/wire.ts';

const MSG_OOB = 1;

describe('socket options', () => {
  const libc = loadLibc();

  it('tell the failure that waits on a socket, once', () => {
    const [fd, peer] = tcpPair(libc);
    assert.equal(socketError(libc, fd), 0);
    peer.reset();
    assert.equal(socketError(libc, fd), constants.errno.ECONNRESET);
    assert.equal(socketError(libc, fd), 0);
    libc.close(fd);
  });

  it('make a close a reset', () => {
    const [fd, peer] = tcpPair(libc);
    resetOnClose(libc, fd);
    libc.close(fd);
    assert.equal(peer.recvAll(), '|ECONNRESET');
    peer.close();
  });

  it('keep urgent bytes in the stream', () => {
    const read = (inline: boolean): string => {
      const [fd, peer] = tcpPair(libc);
      if (inline) keepUrgentInline(libc, fd);
      peer.send('ab');
      peer.send('!', MSG_OOB);
      peer.send('cd');
      let all = '';
      const buffer = Buffer.alloc(16);
      for (let length = 1; length > 0;) {
        length = libc.recv(fd, buffer, buffer.length, 0);
        if (length > 0) all += buffer.toString('latin1', 0, length);
      }
      libc.close(fd);
      peer.close();
      return all;
    };
    assert.equal(read(false), 'abcd');
    assert.equal(read(true), 'ab!cd');
  });

  it('tell a shortage that passes from a connection that failed', () => {
    const { errno } = constants;
    assert.deepEqual([errno.ENOBUFS, errno.ENOMEM, errno.EINTR].map(isPassing), [true, true, true]);
    assert.deepEqual([errno.EAGAIN, errno.EPIPE, errno.ECONNRESET, 0].map(isPassing), [false, false, false, false]);
  });
});
