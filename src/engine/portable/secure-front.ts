import type { Socket } from 'node:net';
import type { Server, TLSSocket, TlsOptions } from 'node:tls';
import { createServer } from 'node:tls';
import type { ListenTls } from '../../config/listen-certificate.ts';
import type { ShownCertificate } from '../../tunnel/shown-certificate.ts';

/**
 * The TLS of `listen.tls`: client connections go in, connections that carry the decrypted bytes come out. Node's TLS server
 * does the handshake, fed with sockets instead of listening. Whether a certificate is good enough is not judged here.
 */

/** Handshakes under way at a time in one worker; whoever comes beyond is closed unread. */
const HANDSHAKES_LIMIT = 4_096;

export interface SecureFrontHost {
  accepted(socket: TLSSocket, shown: ShownCertificate): void;
  /** A handshake failed; not told of clients that went without a byte, which is how load balancers probe. */
  failed(address: string, port: number, detail: string): void;
}

export class SecureFront {
  readonly #server: Server;
  readonly #host: SecureFrontHost;
  /** Handshakes under way, by the other end: Node tells of a failure with the TLS socket, which knows of no raw byte. */
  readonly #underWay = new Map<string, Socket>();

  /**
   * @param timeoutSeconds for a handshake
   * @throws when certificate and key do not fit; configuration is checked before it gets here
   */
  constructor(material: ListenTls, timeoutSeconds: number, host: SecureFrontHost) {
    this.#host = host;
    this.#server = createServer({
      ...secureOptions(material),
      handshakeTimeout: timeoutSeconds * 1000,
      allowHalfOpen: true,
      noDelay: true,
      ALPNProtocols: ['http/1.1'],
    });
    this.#server.on('secureConnection', (socket) => {
      this.#underWay.delete(endOf(socket));
      host.accepted(socket, shownBy(socket));
    });
    this.#server.on('tlsClientError', (error, socket) => {
      this.#failed(error, socket);
    });
  }

  /** Goes on with another certificate; connections that stand are not touched. */
  renew(material: ListenTls): void {
    this.#server.setSecureContext(secureOptions(material));
    this.#server.setTicketKeys(Buffer.from(material.ticketKeys, 'hex'));
  }

  /** Takes over an accepted socket; nothing must have been read from it. */
  take(socket: Socket): void {
    const end = endOf(socket);
    if (this.#underWay.size >= HANDSHAKES_LIMIT) {
      socket.destroy();
      return;
    }
    this.#underWay.set(end, socket);
    socket.once('close', () => this.#underWay.delete(end));
    this.#server.emit('connection', socket);
  }

  #failed(error: NodeJS.ErrnoException, socket: TLSSocket): void {
    // Asked while there is a socket: one that is destroyed has no other end.
    const { remoteAddress = '', remotePort = 0 } = socket;
    const end = endOf(socket);
    // Node tells that it was not finished in time, and leaves the socket as it is; so it does where only the client has closed.
    socket.destroy();
    const raw = this.#underWay.get(end);
    if (raw === undefined) return;
    this.#underWay.delete(end);
    if (raw.bytesRead > 0) this.#host.failed(remoteAddress, remotePort, detailOf(error));
  }
}

function endOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** Refusing is the session's business, which can say why; Node only asks and verifies. */
function secureOptions(material: ListenTls): TlsOptions {
  const { certificate, key, clientAuthorities, minVersion, ticketKeys } = material;
  const client =
    clientAuthorities === '' ? {} : { requestCert: true, rejectUnauthorized: false, ca: [clientAuthorities] };
  return { cert: certificate, key, minVersion, ticketKeys: Buffer.from(ticketKeys, 'hex'), ...client };
}

function shownBy(socket: TLSSocket): ShownCertificate {
  const der = socket.getPeerX509Certificate()?.raw ?? null;
  const problem = socket.authorizationError as Error | string | null | undefined;
  return { der, problem: socket.authorized ? '' : String(problem ?? 'it was not verified') };
}

const PLAIN = 'it speaks plain HTTP, and this port speaks TLS (the proxy address begins with https://)';
const DETAILS: Readonly<Record<string, string>> = {
  ERR_SSL_HTTPS_PROXY_REQUEST: PLAIN,
  ERR_SSL_HTTP_REQUEST: PLAIN,
  ERR_TLS_HANDSHAKE_TIMEOUT: 'it was not finished in time (timeouts.connectRequest)',
  ECONNRESET: 'the client went away in the middle of it',
};

/** Codes of OpenSSL are its sentences in capitals. */
function detailOf({ code = '', message }: NodeJS.ErrnoException): string {
  const known = DETAILS[code];
  if (known !== undefined) return known;
  return code.startsWith('ERR_SSL_') ? code.slice('ERR_SSL_'.length).toLowerCase().replaceAll('_', ' ') : message;
}
