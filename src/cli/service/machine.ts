import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The machine that a service is installed on: what it is, and programs run on it. */

export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Null where there are no users of that kind. */
  readonly uid: number | null;
  /** A folder that stands for `/`, as `systemctl --root` has it; "" for this machine as it runs. */
  readonly root: string;
  /** systemd runs here (sd_booted(3)). */
  readonly isBooted: boolean;
  /** Runs a program to its end, never through a shell. */
  run(program: string, args: readonly string[]): Ran;
}

export interface Ran {
  readonly ok: boolean;
  readonly out: string;
  /** What went wrong, one line; "" when nothing did. */
  readonly problem: string;
  /** There is no such program. */
  readonly missing: boolean;
}

const LIMIT_MS = 120_000;

export function thisMachine(root: string): Machine {
  return {
    platform: process.platform,
    uid: process.getuid?.() ?? null,
    root,
    isBooted: existsSync('/run/systemd/system'),
    run: runProgram,
  };
}

/** Where a path of the machine is found. */
export function onMachine({ root }: Pick<Machine, 'root'>, path: string): string {
  return root === '' ? path : join(root, path);
}

function runProgram(program: string, args: readonly string[]): Ran {
  // Administrators' programs stand in folders that users may not have on their path.
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' };
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    env,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const missing = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  if (error !== undefined) return { ok: false, out: '', problem: error.message, missing };
  const [said = ''] = stderr.trim().split('\n').slice(-1);
  const ok = status === 0;
  return { ok, out: stdout, problem: ok ? '' : said || `it ended with ${status ?? 'a signal'}`, missing: false };
}
