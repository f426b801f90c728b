import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ShownCertificate } from '../../tunnel/shown-certificate.ts';
import type { Connection, ConnectionOwner } from '../engine.ts';
import { ReadBuffer } from './read-buffer.ts';

/**
 * One TCP connection on `node:net`. Reads into a reused buffer (`onread`), so a chunk costs no allocation; writes
 * straight from that buffer. The rule that makes this safe: while a write is pending, libuv refers to the memory, so
 * the connection it was read from is not read until the write is done. That is also the backpressure.
 */

const NOTHING = new Uint8Array(0);

export class PortableConnection implements Connection {
  owner: ConnectionOwner;
  remoteAddress = '';
  remotePort = 0;
  bytesSent = 0;
  lastActiveMs: number;

  readonly #now: () => number;
  readonly #read = new ReadBuffer();
  shown?: ShownCertificate;
  #socket: Socket | null = null;
  #secure = false;
  #peer: PortableConnection | null = null;
  #keeps = false;
  #closing = false;
  #gone = false;

  constructor(owner: ConnectionOwner, now: () => number) {
    this.owner = owner;
    this.#now = now;
    this.lastActiveMs = now();
  }

  /** The `onread` option to create the socket with. Node asks for the buffer anew after every read. */
  get onread(): { buffer: () => Uint8Array; callback: (bytesRead: number) => boolean } {
    return { buffer: () => this.#read.buffer, callback: (bytesRead) => this.#onRead(bytesRead) };
  }

  /**
   * Wires the socket that was created with `onread`.
   * @param connected the event by which it says that it can carry payload; null: it can already
   */
  attach(socket: Socket, connected: 'connect' | 'secureConnect' | null = 'connect'): void {
    this.#socket = socket;
    this.#secure = connected === 'secureConnect';
    this.#learnRemote(socket);
    if (connected !== null) {
      socket.on(connected, () => {
        this.#learnRemote(socket);
        this.owner.connected(this);
      });
    }
    socket.on('end', () => {
      if (!this.#closing) this.owner.ended(this);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!this.#closing) this.owner.lost(this, error.code ?? error.message);
    });
    socket.on('close', () => {
      this.#gone = true;
      this.#read.release(this.#peer?.keepsBytes ?? false);
      this.owner.closed(this);
    });
  }

  /** Wires a TLS socket whose handshake is done; it decrypts into buffers of its own. */
  attachSecured(socket: TLSSocket, shown: ShownCertificate): void {
    this.shown = shown;
    this.attach(socket, null);
    this.#secure = true;
    socket.on('data', (bytes: Buffer) => {
      this.#received(bytes);
    });
  }

  get keepsBytes(): boolean {
    return this.#keeps && !this.#gone;
  }

  send(bytes: Uint8Array): boolean {
    const socket = this.#socket;
    if (socket === null || this.#closing || this.#gone || bytes.length === 0) return true;
    this.bytesSent += bytes.length;
    this.lastActiveMs = this.#now();
    socket.write(bytes);
    // node:net writes at once and only keeps what the kernel did not take.
    if (socket.writableLength === 0) return true;
    this.#watchFlush(socket);
    return false;
  }

  end(): void {
    if (!this.#closing && !this.#gone) this.#socket?.end();
  }

  close(): void {
    const socket = this.#socket;
    if (socket === null || this.#closing || this.#gone) return;
    this.#closing = true;
    socket.pause();
    if (!this.#keeps) socket.destroy();
  }

  reset(): void {
    const socket = this.#socket;
    if (socket === null || this.#gone) return;
    this.#closing = true;
    // Node resets plain TCP sockets only; a TLS one is closed without close_notify, which says the same.
    if (socket.connecting || this.#secure) socket.destroy();
    else socket.resetAndDestroy();
  }

  pauseReading(): void {
    if (!this.#closing) this.#socket?.pause();
  }

  resumeReading(): void {
    if (!this.#closing && !this.#gone) this.#socket?.resume();
  }

  spliceTo(peer: Connection): void {
    if (!(peer instanceof PortableConnection)) throw new Error('cannot splice connections of different engines');
    this.#peer = peer;
  }

  #onRead(bytesRead: number): boolean {
    const read = this.#read.buffer.subarray(0, bytesRead);
    // Node's TLS goes on decrypting into the buffer after a pause: what it brings is copied, or it would be overwritten.
    const taken = this.#received(this.#secure ? read.slice() : read);
    if (this.#peer !== null) this.#read.adapt(bytesRead, !taken);
    return true;
  }

  /** @returns false when the peer keeps the bytes */
  #received(bytes: Uint8Array): boolean {
    const peer = this.#peer;
    this.lastActiveMs = this.#now();
    if (peer === null) {
      this.owner.received(this, bytes);
      return true;
    }
    const taken = peer.send(bytes);
    if (!taken) this.pauseReading();
    return taken;
  }

  /** Asks to be told when everything kept has been handed to the kernel: an empty write queues behind it. */
  #watchFlush(socket: Socket): void {
    if (this.#keeps) return;
    this.#keeps = true;
    socket.write(NOTHING, () => {
      this.#flushed(socket);
    });
  }

  #flushed(socket: Socket): void {
    if (socket.writableLength > 0 && !socket.destroyed) {
      this.#keeps = false;
      this.#watchFlush(socket);
      return;
    }
    this.#keeps = false;
    if (this.#gone) return;
    if (this.#closing) {
      socket.destroy();
      return;
    }
    this.lastActiveMs = this.#now();
    if (this.#peer !== null) this.#peer.resumeReading();
    this.owner.drained(this);
  }

  #learnRemote(socket: Socket): void {
    // A dual-stack listener shows IPv4 clients as IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2).
    this.remoteAddress = (socket.remoteAddress ?? this.remoteAddress).replace(/^::ffff:(?=\d+\.)/i, '');
    this.remotePort = socket.remotePort ?? this.remotePort;
  }
}
