import type { SocketConstructorOpts } from 'node:net';
import { Socket, connect, isIP } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { connect as connectSecurely } from 'node:tls';
import type { IpAddress } from '../../address/ip.ts';
import type { ShownCertificate } from '../../tunnel/shown-certificate.ts';
import type { Connection, ConnectionOwner, SecureOptions, Transport } from '../engine.ts';
import { NOBODY } from '../engine.ts';
import { PortableConnection } from './connection.ts';

/**
 * The engine on `node:net`, for every platform: makes connections of handles that the primary accepted, and dials.
 * Together with `connection.ts` the only place that knows `node:net` on the data path.
 */

/** A TCP handle as it travels between processes; opaque to everyone but `node:net`. */
export type TcpHandle = object;

/** Kept writes are bounded by the read that brought them, so Node's own high-water mark only costs needless drains. */
const WRITABLE_HIGH_WATER_MARK = 1 << 24;

export class PortableEngine implements Transport {
  readonly now = (): number => performance.now();

  /** Wraps an accepted handle. The caller gives the connection its owner before it returns to the event loop. */
  adopt(handle: TcpHandle): Connection {
    const connection = new PortableConnection(NOBODY, this.now);
    const options = {
      handle,
      allowHalfOpen: true,
      onread: connection.onread,
      writableHighWaterMark: WRITABLE_HIGH_WATER_MARK,
    };
    const socket = new Socket(options);
    socket.setNoDelay(true);
    connection.attach(socket);
    socket.resume();
    return connection;
  }

  /** The socket of an accepted handle, for a TLS handshake that is still to come. */
  socketOf(handle: TcpHandle): Socket {
    return new Socket({ handle, allowHalfOpen: true } as SocketConstructorOpts);
  }

  /** Wraps a client connection whose TLS handshake is done; as `adopt`. */
  adoptSecured(socket: TLSSocket, shown: ShownCertificate): Connection {
    const connection = new PortableConnection(NOBODY, this.now);
    connection.attachSecured(socket, shown);
    return connection;
  }

  connect(address: IpAddress, port: number, owner: ConnectionOwner, secure?: SecureOptions): Connection {
    const connection = new PortableConnection(owner, this.now);
    connection.remoteAddress = address.text;
    connection.remotePort = port;
    const options = {
      host: address.text,
      port,
      family: address.family,
      autoSelectFamily: false,
      allowHalfOpen: true,
      noDelay: true,
      onread: connection.onread,
      writableHighWaterMark: WRITABLE_HIGH_WATER_MARK,
    };
    const socket = secure === undefined ? connect(options) : connectSecurely({ ...options, ...tlsOptions(secure) });
    connection.attach(socket, secure === undefined ? 'connect' : 'secureConnect');
    socket.resume();
    return connection;
  }
}

/** Said in full, because NODE_TLS_REJECT_UNAUTHORIZED must not switch the verification off. */
function tlsOptions({ serverName, trusted }: SecureOptions): ConnectionOptions {
  return {
    // RFC 6066 section 3: no literal addresses in SNI; the certificate is held against `host` then.
    servername: isIP(serverName) === 0 ? serverName : '',
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    ...(trusted.length === 0 ? {} : { ca: [...trusted] }),
  };
}
