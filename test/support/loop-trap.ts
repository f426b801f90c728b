import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes that a loop with the trap trips over when it reads them. */
export const TRIP = 'trip over this';
/** Bytes after which such a loop never comes back. */
export const STAND_STILL = 'stand still here';

/**
 * Loaded into every thread before the product: the C function `recv` throws in a loop thread when it has read the words, or
 * never comes back when it has read others. That is a mistake in the loop as far as the product can tell, and the product has no switch for it.
 */
const TRAP = `
const { isMainThread } = require('node:worker_threads');
if (!isMainThread) {
  const koffi = require(${JSON.stringify(createRequire(import.meta.url).resolve('koffi'))});
  const load = koffi.load;
  koffi.load = (name) => {
    const library = load(name);
    const func = (signature) => {
      const real = library.func(signature);
      if (!signature.includes(' recv(')) return real;
      return (fd, buffer, length, flags) => {
        const received = real(fd, buffer, length, flags);
        const text = received > 0 ? Buffer.from(buffer.buffer, 0, received).toString('latin1') : '';
        if (text.includes(${JSON.stringify(STAND_STILL)})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
        if (text.includes(${JSON.stringify(TRIP)})) throw new Error('tripped in the loop');
        return received;
      };
    };
    return { func };
  };
}
`;

/** Writes the trap. @returns the file for `node --require` */
export function writeLoopTrap(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'oms-gateway-trap-')), 'trap.cjs');
  writeFileSync(file, TRAP);
  return file;
}
