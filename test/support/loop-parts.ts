import type { LoopParts } from '../../src/engine/assemble.ts';

/** Parts of a loop that is alone: nobody verifies, looks up or grants anything; time does not pass by itself. */
export function loopParts(parts: Pick<LoopParts, 'transport' | 'lines'>): LoopParts {
  return {
    ...parts,
    lookup: () => undefined,
    verifyServer: () => undefined,
    sessionLearned: () => undefined,
    verifyCredential: () => undefined,
    room: () => undefined,
    roomWaits: () => undefined,
    later: () => undefined,
  };
}
