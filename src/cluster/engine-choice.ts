import { checkLinuxEngine } from '../engine/linux/self-check.ts';
import type { EngineName } from './messages.ts';

/** Which engine runs, and why: what event 101 and `check --engine` say. */
export type EngineChoice =
  | { readonly ok: true; readonly engine: EngineName; readonly why: string }
  /** The engine that was asked for cannot run here. */
  | { readonly ok: false; readonly why: string };

/**
 * @param wanted the key `engine`; "auto" takes the fastest that works
 * @param portableOnly why this configuration needs the portable engine, see `needsPortable`; null when it does not
 * @param check answers why the Linux engine cannot run, or null when it can
 */
export function chooseEngine(
  wanted: 'auto' | EngineName,
  portableOnly: string | null = null,
  check: () => string | null = checkLinuxEngine,
): EngineChoice {
  if (wanted === 'portable') return { ok: true, engine: 'portable', why: 'it is configured' };
  if (portableOnly !== null) {
    if (wanted === 'auto') return { ok: true, engine: 'portable', why: portableOnly };
    return { ok: false, why: `the Linux engine cannot be used, because ${portableOnly}` };
  }
  const problem = check();
  if (problem === null) {
    return {
      ok: true,
      engine: 'linux',
      why: wanted === 'auto' ? 'it is the fastest that works here' : 'it is configured',
    };
  }
  if (wanted === 'auto') return { ok: true, engine: 'portable', why: `the Linux engine cannot run here: ${problem}` };
  return { ok: false, why: `the Linux engine cannot run here: ${problem}` };
}
