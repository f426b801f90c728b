import { readFileSync, readdirSync } from 'node:fs';
import type { Side } from '../../src/tunnel/input.ts';
import { fromHex } from './fixtures.ts';

/** Whole handshakes that real programs had with each other; their origin is in test/fuzz/recordings/README.md. */
export interface RecordedHandshake {
  readonly name: string;
  /** In the order they were sent; whole records. */
  readonly flights: readonly { readonly from: Side; readonly bytes: Uint8Array }[];
}

const folder = new URL('../../../test/fuzz/recordings/', import.meta.url);

export function recordedHandshakes(): readonly RecordedHandshake[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .sort()
    .map((file) => ({
      name: file.replace(/\.txt$/, ''),
      flights: readFileSync(new URL(file, folder), 'ascii')
        .split(/^(?=[CS] )/m)
        .map((part) => ({ from: part.startsWith('C') ? 'client' : 'origin', bytes: fromHex(part.slice(2)) })),
    }));
}
