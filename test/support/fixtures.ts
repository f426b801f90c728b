import { readFileSync, readdirSync } from 'node:fs';

/** ClientHellos that real programs sent; their origin is in test/tls/fixtures/README.md. */
export interface RecordedHello {
  readonly name: string;
  readonly bytes: Uint8Array;
}

// Compiled tests run from dist/test/support; the recordings stay beside the sources.
const folder = new URL('../../../test/tls/fixtures/', import.meta.url);

export function recordedHellos(): readonly RecordedHello[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.hex'))
    .sort()
    .map((file) => ({
      name: file.replace(/\.hex$/, ''),
      bytes: fromHex(readFileSync(new URL(file, folder), 'ascii')),
    }));
}

export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.replace(/\s+/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
