import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { connect as connectTls } from 'node:tls';
import { readAnswer } from './answer.ts';
import type { Stage } from './causes.ts';

/**
 * One tunnel as a client sees it: TCP, CONNECT, handshake, then bytes. Lean, because the load generator often shares the
 * machine with the proxy: with the canned handshake all tunnels of a thread read into one buffer.
 */

export interface TunnelOwner {
  /** The handshake is done; the tunnel carries bytes now. */
  opened(tunnel: Tunnel): void;
  /** The first `length` bytes of `bytes` have arrived; they are borrowed until the call returns. */
  received(tunnel: Tunnel, bytes: Buffer, length: number): void;
  /** What `send` kept has been taken. */
  drained(tunnel: Tunnel): void;
  /** The tunnel is gone and its owner did not close it. Told once, last. */
  failed(tunnel: Tunnel, stage: Stage, cause: string): void;
}

/** What all tunnels to one target have in common. */
export interface TunnelPlan {
  /** Where to connect: the proxy, or the origin itself when there is no CONNECT. */
  readonly host: string;
  readonly port: number;
  /** The CONNECT request; null: straight to the origin. */
  readonly request: Buffer | null;
  readonly handshake: CannedHandshake | RealHandshake;
}

export interface CannedHandshake {
  readonly kind: 'canned';
  readonly hello: Buffer;
  readonly flight: Buffer;
  /** What the client ends the handshake with. */
  readonly finish: Buffer;
}

export interface RealHandshake {
  readonly kind: 'real';
  readonly serverName: string;
  /** The certificate to trust, in PEM. */
  readonly certificate: string;
}

/** A plan that has travelled between threads, where a Buffer becomes a plain Uint8Array. */
export function revivedPlan(plan: TunnelPlan): TunnelPlan {
  const { request, handshake } = plan;
  const buffer = ({ buffer: memory, byteOffset, byteLength }: Uint8Array): Buffer =>
    Buffer.from(memory, byteOffset, byteLength);
  return {
    ...plan,
    request: request === null ? null : buffer(request),
    handshake:
      handshake.kind === 'canned'
        ? {
            kind: 'canned',
            hello: buffer(handshake.hello),
            flight: buffer(handshake.flight),
            finish: buffer(handshake.finish),
          }
        : handshake,
  };
}

type Phase = 'connecting' | 'answer' | 'handshake' | 'open' | 'closed';

const STAGE_OF_PHASE: Readonly<Record<Exclude<Phase, 'closed'>, Stage>> = {
  connecting: 'connect',
  answer: 'answer',
  handshake: 'handshake',
  open: 'transfer',
};

/** One for all tunnels of a thread: what is read is used up before the next read. */
const RECEIVE_BYTES = 1 << 20;
const receiveBuffer = Buffer.allocUnsafeSlow(RECEIVE_BYTES);

export class Tunnel {
  readonly #plan: TunnelPlan;
  readonly #owner: TunnelOwner;
  #socket: Socket;
  #phase: Phase = 'connecting';
  #answer = '';
  #flightBytes = 0;

  /** Begins to connect at once. */
  constructor(plan: TunnelPlan, owner: TunnelOwner) {
    this.#plan = plan;
    this.#owner = owner;
    this.#socket = plan.handshake.kind === 'canned' ? this.#connectLean() : this.#connectForTls();
    this.#watch(this.#socket);
    this.#socket.on('connect', () => {
      this.#connected();
    });
  }

  /** @returns false when the bytes were not taken at once; `drained` follows. The bytes must not change until then. */
  send(bytes: Buffer): boolean {
    this.#socket.write(bytes);
    return this.#socket.writableLength === 0;
  }

  /** Ends the tunnel from the client's side: FIN, and nobody is told. */
  close(): void {
    const wasOpen = this.#phase === 'open';
    this.#phase = 'closed';
    // TLS may not have written the end of its handshake yet, and it says goodbye.
    if (wasOpen && this.#plan.handshake.kind === 'real') this.#socket.destroySoon();
    else this.#socket.destroy();
  }

  #connectLean(): Socket {
    const callback = (length: number): boolean => {
      this.#received(receiveBuffer, length);
      return true;
    };
    const { host, port } = this.#plan;
    // With a mark of 1, everything that the kernel does not take at once is followed by 'drain'.
    const options = {
      host,
      port,
      noDelay: true,
      onread: { buffer: receiveBuffer, callback },
      writableHighWaterMark: 1,
    };
    return connect(options);
  }

  /** TLS takes the socket over behind the answer, so this one reads in the ordinary way. */
  #connectForTls(): Socket {
    const { host, port } = this.#plan;
    const socket = connect({ host, port, noDelay: true });
    socket.on('data', (bytes: Buffer) => {
      this.#received(bytes, bytes.length);
    });
    return socket;
  }

  #watch(socket: Socket): void {
    socket.on('drain', () => {
      if (this.#phase === 'open') this.#owner.drained(this);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#fail(error.code ?? error.message);
    });
    socket.on('end', () => {
      this.#fail('closed early');
    });
    socket.on('close', () => {
      this.#fail('closed early');
    });
  }

  #connected(): void {
    if (this.#phase !== 'connecting') return;
    if (this.#plan.request === null) {
      this.#beginHandshake();
      return;
    }
    this.#phase = 'answer';
    this.#socket.write(this.#plan.request);
  }

  #received(bytes: Buffer, length: number): void {
    switch (this.#phase) {
      case 'open':
        this.#owner.received(this, bytes, length);
        return;
      case 'answer':
        this.#readAnswer(bytes, length);
        return;
      case 'handshake':
        this.#readFlight(bytes, length);
        return;
      case 'connecting':
      case 'closed':
        return;
    }
  }

  #readAnswer(bytes: Buffer, length: number): void {
    this.#answer += bytes.toString('latin1', 0, length);
    const answer = readAnswer(this.#answer);
    if (answer.state === 'refused') this.#fail(answer.cause);
    if (answer.state !== 'open') return;
    this.#answer = '';
    this.#beginHandshake();
  }

  #beginHandshake(): void {
    this.#phase = 'handshake';
    const { handshake } = this.#plan;
    if (handshake.kind === 'canned') this.#socket.write(handshake.hello);
    else this.#beginTls(handshake);
  }

  #beginTls({ serverName, certificate }: RealHandshake): void {
    this.#socket.removeAllListeners();
    this.#socket.on('error', () => undefined);
    const tls: TLSSocket = connectTls({ socket: this.#socket, servername: serverName, ca: certificate });
    this.#socket = tls;
    this.#watch(tls);
    tls.on('secureConnect', () => {
      this.#open();
    });
    tls.on('data', (bytes: Buffer) => {
      this.#received(bytes, bytes.length);
    });
  }

  #readFlight(bytes: Buffer, length: number): void {
    const { handshake } = this.#plan;
    if (handshake.kind !== 'canned') return;
    const { flight } = handshake;
    const end = this.#flightBytes + length;
    if (end > flight.length || flight.compare(bytes, 0, length, this.#flightBytes, end) !== 0) {
      this.#fail(bytes[0] === 0x15 ? 'TLS alert' : "not the origin's flight");
      return;
    }
    this.#flightBytes = end;
    if (end < flight.length) return;
    this.#socket.write(handshake.finish);
    this.#open();
  }

  #open(): void {
    if (this.#phase !== 'handshake') return;
    this.#phase = 'open';
    this.#owner.opened(this);
  }

  #fail(cause: string): void {
    if (this.#phase === 'closed') return;
    const stage = STAGE_OF_PHASE[this.#phase];
    this.close();
    this.#owner.failed(this, stage, cause);
  }
}
