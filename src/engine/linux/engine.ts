import type { IpAddress } from '../../address/ip.ts';
import type { Connection, ConnectionOwner, Transport } from '../engine.ts';
import { CONNECTION_EVENTS } from './connection-state.ts';
import { LinuxConnection } from './connection.ts';
import { EINPROGRESS, IPPROTO_TCP, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_STREAM, TCP_NODELAY } from './libc.ts';
import type { Loop } from './loop.ts';
import { SOCKET_ADDRESS_BYTES, writeSocketAddress } from './socket-address.ts';
import { ONE } from './socket-options.ts';

/** The engine on epoll, for Linux: dials. Accepting is `listener.ts`, moving bytes `connection.ts`. */
export class LinuxEngine implements Transport {
  readonly #loop: Loop;
  readonly #address = new Uint8Array(SOCKET_ADDRESS_BYTES);
  #errno = 0;

  constructor(loop: Loop) {
    this.#loop = loop;
  }

  /** The time of the loop's turn: taken once, not per question. */
  readonly now = (): number => this.#loop.nowMs;

  connect(address: IpAddress, port: number, owner: ConnectionOwner): Connection {
    const remote = { address: address.text, port };
    const fd = this.#open(address, port);
    if (fd >= 0) {
      const connection = new LinuxConnection(this.#loop, fd, owner, remote, true);
      if (this.#loop.register(fd, connection, CONNECTION_EVENTS)) return connection;
      this.#errno = this.#loop.libc.errno();
      this.#loop.libc.close(fd);
    }
    const failed = new LinuxConnection(this.#loop, -1, owner, remote, true);
    failed.fail(this.#errno);
    return failed;
  }

  /** A descriptor that is being connected, or -1 with the reason in `#errno`. */
  #open(address: IpAddress, port: number): number {
    const { libc } = this.#loop;
    const length = writeSocketAddress(this.#address, address, port);
    const domain = this.#address[0] ?? 0;
    this.#errno = 0;
    const fd = libc.socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
      libc.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, ONE, ONE.length);
      if (libc.connect(fd, this.#address, length) === 0) return fd;
    }
    const errno = libc.errno();
    if (fd >= 0 && errno === EINPROGRESS) return fd;
    this.#errno = errno;
    if (fd >= 0) libc.close(fd);
    return -1;
  }
}
