import type { Machine } from '../../src/cli/service/machine.ts';

/** A machine of systemd for root. @param answers what programs say; those not named are missing */
export function fakeMachine(over: Partial<Machine> = {}, answers: Readonly<Record<string, string>> = {}): Machine {
  const run = (program: string): ReturnType<Machine['run']> => {
    const out = answers[program];
    return { ok: out !== undefined, out: out ?? '', problem: 'no such program', missing: out === undefined };
  };
  return { platform: 'linux', uid: 0, root: '', isBooted: true, run, ...over };
}
