import assert from 'node:assert/strict';
import { readClientHello } from '../../src/tls/client-hello.ts';
import { HandshakeObserver } from '../../src/tls/handshake-observer.ts';
import type { Speaker } from '../../src/tls/handshake-progress.ts';
import { SEEN } from '../../src/tls/handshake-progress.ts';
import type { HelloOptions } from './hello.ts';
import { buildHelloMessage } from './hello.ts';

const NAMES = new Map<number, string>(Object.entries(SEEN).map(([name, value]) => [value, name]));

/** An observer that accepts whatever it sees and keeps the names of it. */
export class Observed {
  readonly observer: HandshakeObserver;
  readonly seen: string[] = [];

  constructor(hello: HelloOptions = {}, limit = 65_536) {
    const read = readClientHello(buildHelloMessage(hello).subarray(4));
    assert.ok(read.ok);
    this.observer = new HandshakeObserver(read.hello, 100, limit);
  }

  client(...chunks: readonly Uint8Array[]): this {
    return this.#feed('client', chunks);
  }

  origin(...chunks: readonly Uint8Array[]): this {
    return this.#feed('origin', chunks);
  }

  /** The violation, as "culprit fault: detail"; "none" when there is none. */
  get violation(): string {
    const { culprit, fault, detail } = this.observer.progress;
    return this.seen.at(-1) === 'violation' ? `${culprit} ${fault}: ${detail}` : 'none';
  }

  #feed(side: Speaker, chunks: readonly Uint8Array[]): this {
    for (const chunk of chunks) {
      if (this.seen.at(-1) === 'violation') return this;
      this.observer.progress[side].feed(chunk);
      this.#run();
    }
    return this;
  }

  #run(): void {
    for (let stage = -1; stage !== this.observer.stage;) {
      stage = this.observer.stage;
      for (const side of ['client', 'origin'] as const) {
        for (let seen = this.observer.advance(side); seen !== SEEN.nothing; seen = this.observer.advance(side)) {
          this.seen.push(NAMES.get(seen) ?? '?');
          if (seen === SEEN.violation || seen === SEEN.fatalAlert) return;
        }
        this.observer.progress[side].take();
      }
    }
  }
}
