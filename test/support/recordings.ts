import { readFileSync, readdirSync } from 'node:fs';
import type { Side } from '../../src/tunnel/input.ts';
import { fromHex } from './fixtures.ts';

/** Handshakes that real programs had; their origin is in test/tls/fixtures/handshakes/README.md. */
export interface Recording {
  readonly name: string;
  /** What each side sent, in the order it was seen on the wire. */
  readonly turns: readonly Turn[];
}

export interface Turn {
  readonly from: Side;
  readonly bytes: Uint8Array;
}

// Compiled tests run from dist/test/support; the recordings stay beside the sources.
const folder = new URL('../../../test/tls/fixtures/handshakes/', import.meta.url);

export function recordings(): readonly Recording[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .sort()
    .map((file) => recording(file.replace(/\.txt$/, '')));
}

export function recording(name: string): Recording {
  const text = readFileSync(new URL(`${name}.txt`, folder), 'ascii');
  const turns = text
    .split(/^(?=[<>])/m)
    .filter((turn) => turn !== '')
    .map((turn) => ({ from: turn.startsWith('>') ? 'client' : 'origin', bytes: fromHex(turn.slice(1)) }) as const);
  return { name, turns };
}
