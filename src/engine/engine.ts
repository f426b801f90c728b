import type { IpAddress } from '../address/ip.ts';
import type { ShownCertificate } from '../tunnel/shown-certificate.ts';

/**
 * The contract of an engine: it owns sockets and moves bytes; it knows nothing of policy, HTTP or TLS. Two
 * implementations are held to the suite in `test/conformance`.
 */

/** One TCP connection, accepted or dialed, as the driver sees it. All calls after `close` or `reset` do nothing. */
export interface Connection {
  owner: ConnectionOwner;
  /** Address and port of the other end, e.g. "10.0.0.7" and 50368. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** What the client has shown in its TLS handshake with the gateway; absent without one. */
  readonly shown?: ShownCertificate;
  /** Payload bytes written towards this end since `startCounting`. */
  bytesSent: number;
  /** Milliseconds (engine clock) when bytes last moved on this connection. */
  lastActiveMs: number;
  /**
   * Writes bytes. What the kernel does not take is kept, by reference or as a copy: after false the caller leaves the
   * memory alone (does not read into it again) until `owner.drained`, which follows once everything is gone.
   * @returns false when bytes are kept
   */
  send(bytes: Uint8Array): boolean;
  /** True while `send` keeps bytes the kernel has not taken. */
  readonly keepsBytes: boolean;
  /** Forwards a half-close: FIN once everything sent has been handed to the kernel. */
  end(): void;
  /** Closes once everything sent has been handed to the kernel. Reading stops at once. */
  close(): void;
  /** Ends with RST; kept bytes are dropped. */
  reset(): void;
  pauseReading(): void;
  resumeReading(): void;
  /**
   * From now on bytes received go straight to `peer` with backpressure and without the owner's `received`; `ended`,
   * `lost` and `closed` are still told. Bytes already received are not repeated.
   */
  spliceTo(peer: Connection): void;
}

/** Who is told what happens on a connection. Told from the engine's loop, never from inside a call of the owner. */
export interface ConnectionOwner {
  connected(connection: Connection): void;
  /** `bytes` are borrowed until the call returns. */
  received(connection: Connection, bytes: Uint8Array): void;
  /** FIN received; nothing more will come from that end. */
  ended(connection: Connection): void;
  /** The connection failed, or never came about; `closed` follows. `code` is the errno name, e.g. "ECONNRESET". */
  lost(connection: Connection, code: string): void;
  /** Everything kept by `send` has been handed to the kernel. */
  drained(connection: Connection): void;
  /** The descriptor is closed, whatever the cause. Told once, last. */
  closed(connection: Connection): void;
}

/** TLS on the way to the other end, for `https://` relays; the certificate is always verified. */
export interface SecureOptions {
  /** The name the certificate must be for: a host name, or an address as text. */
  readonly serverName: string;
  /** PEM certificates trusted instead of the system's; none: the system's. */
  readonly trusted: readonly string[];
}

/** What the driver asks of an engine. */
export interface Transport {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /**
   * Starts one connection attempt; `owner.connected` or `owner.lost` follows. Never throws.
   * @param secure only given to an engine that speaks TLS, see `needsPortable`; connected then means handshake done
   */
  connect(address: IpAddress, port: number, owner: ConnectionOwner, secure?: SecureOptions): Connection;
}

function ignore(): void {
  // Events of a connection that has no owner yet; there are none before whoever accepts it has returned.
}

/** The owner of a connection until it is given one. */
export const NOBODY: ConnectionOwner = {
  connected: ignore,
  received: ignore,
  ended: ignore,
  lost: ignore,
  drained: ignore,
  closed: ignore,
};
