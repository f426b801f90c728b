import type { Connection, ConnectionOwner } from '../../src/engine/engine.ts';
import { NOBODY } from '../../src/engine/engine.ts';

/**
 * A connection without a socket: takes everything and only counts it, and tells at once that it is closed. What comes from
 * the other end, a test tells its owner.
 */
export class FakeConnection implements Connection {
  owner: ConnectionOwner = NOBODY;
  readonly remoteAddress: string;
  readonly remotePort = 50_368;
  bytesSent = 0;
  lastActiveMs = 0;
  keepsBytes = false;

  constructor(remoteAddress: string) {
    this.remoteAddress = remoteAddress;
  }

  send(bytes: Uint8Array): boolean {
    this.bytesSent += bytes.length;
    return true;
  }

  close(): void {
    const { owner } = this;
    this.owner = NOBODY;
    owner.closed(this);
  }

  reset(): void {
    this.close();
  }

  end(): void {
    // There is no other end to be told.
  }

  pauseReading(): void {
    // Nothing is read.
  }

  resumeReading(): void {
    // Nothing is read.
  }

  spliceTo(): void {
    // Nothing is read that would have to go anywhere.
  }
}

/** Remembers what was asked of it instead, keeps bytes when it is to, and closes when a test says so. */
export class RecordingConnection extends FakeConnection {
  /** What was asked, in order. */
  readonly calls: string[] = [];
  /** Whether bytes are taken; else they are kept. */
  takes = true;

  override send(bytes: Uint8Array): boolean {
    this.calls.push('send');
    this.keepsBytes = !this.takes;
    super.send(bytes);
    return this.takes;
  }

  override close(): void {
    this.calls.push('close');
  }

  override reset(): void {
    this.calls.push('reset');
  }

  override end(): void {
    this.calls.push('end');
  }

  override pauseReading(): void {
    this.calls.push('pause');
  }

  override resumeReading(): void {
    this.calls.push('resume');
  }

  override spliceTo(): void {
    this.calls.push('splice');
  }
}
