import { ClientFlights } from './client-flights.ts';
import type { ClientHello } from './client-hello.ts';
import { AT, HandshakeProgress, TLS_1_3 } from './handshake-progress.ts';
import type { Seen, Speaker } from './handshake-progress.ts';
import { OriginFlights } from './origin-flights.ts';

/**
 * Follows both sides of a handshake behind the first ClientHello and stops wherever there is something to judge. What one
 * side may not say before the other has spoken waits, so that no verdict depends on how the two directions interleave.
 * Facts only: whoever asks `advance` again has accepted what was seen before.
 */
export class HandshakeObserver {
  /** What has been seen so far; to be read only. */
  readonly progress: HandshakeProgress;
  readonly #client: ClientFlights;
  readonly #origin: OriginFlights;

  /**
   * @param hello the first ClientHello, judged
   * @param helloBytes of its records
   * @param limit handshake bytes of each side that are read at most
   */
  constructor(hello: ClientHello, helloBytes: number, limit: number) {
    this.progress = new HandshakeProgress(hello, helloBytes, limit);
    this.#client = new ClientFlights(this.progress);
    this.#origin = new OriginFlights(this.progress);
  }

  /** Both sides have finished: nothing more is read. */
  get isOver(): boolean {
    return this.progress.clientAt === AT.done && this.progress.originAt === AT.done;
  }

  /** Changes whenever a side has got a step further, and with it what the other may do. */
  get stage(): number {
    return this.progress.originAt * 8 + this.progress.clientAt;
  }

  /** The ServerHello that counts has been accepted. */
  get isAnswered(): boolean {
    return this.progress.originAt > AT.secondHello;
  }

  /** Whose bytes the handshake waits for. */
  get turn(): Speaker {
    const { originAt, clientAt } = this.progress;
    const isClient = originAt === AT.done || originAt === AT.waiting || clientAt === AT.secondHello;
    return isClient ? 'client' : 'origin';
  }

  /** May `side` still be told something in the clear, an alert above all? */
  hearsPlaintext(side: Speaker): boolean {
    const { client, origin, clientAt, earlyData, serverHello } = this.progress;
    if (side === 'client') return !origin.encrypted && !(this.isAnswered && serverHello?.version === TLS_1_3);
    // TLS 1.3 servers take alerts in the clear until the client's first encrypted record (RFC 8446 section 5.1).
    return !client.encrypted && clientAt !== AT.done && !earlyData;
  }

  /** Reads on what `side` has sent, up to the next thing to judge. */
  advance(side: Speaker): Seen {
    return side === 'client' ? this.#client.advance() : this.#origin.advance();
  }
}
