import type { Host } from '../address/host.ts';
import type { Verification } from '../trust/chain.ts';

/**
 * Asks whether this is the certificate chain of that host. `done` is called once, later, from the loop of whoever asks;
 * the bytes are borrowed until this returns.
 */
export type VerifyServer = (
  chain: readonly Uint8Array[],
  host: Host,
  done: (verification: Verification) => void,
) => void;
