import { readFileSync, readdirSync } from 'node:fs';

/** Process trees as proc(5) shows them: a proxy is its first process and everything that descends from it. */

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** Clock ticks in user and kernel mode, own and of children that have been waited for. */
  readonly ownTicks: number;
  readonly reapedTicks: number;
  readonly name: string;
}

/** Reads one line of /proc/PID/stat (proc_pid_stat(5)). @returns null for a zombie or a line that is none */
export function parseStat(line: string): ProcessEntry | null {
  const open = line.indexOf('(');
  const close = line.lastIndexOf(')');
  if (open < 0 || close < 0) return null;
  const fields = line.slice(close + 2).split(' ');
  const [state] = fields;
  if (state === undefined || state === 'Z' || state === 'X') return null;
  const at = (field: number): number => Number(fields[field - 3] ?? 0);
  return {
    pid: Number(line.slice(0, open)),
    name: line.slice(open + 1, close),
    parent: at(4),
    session: at(6),
    ownTicks: at(14) + at(15),
    reapedTicks: at(16) + at(17),
  };
}

/** Every process there is. Empty where there is no /proc. */
export function allProcesses(): ProcessEntry[] {
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .map((name) => parseStat(readText(`/proc/${name}/stat`)))
    .filter((entry) => entry !== null);
}

/** `root`, its descendants, and what is left of the session it leads. */
export function processTree(root: number, all: readonly ProcessEntry[] = allProcesses()): ProcessEntry[] {
  const members = new Set([root]);
  for (let grown = true; grown;) {
    grown = false;
    for (const { pid, parent, session } of all) {
      if (members.has(pid) || !(members.has(parent) || session === root)) continue;
      members.add(pid);
      grown = true;
    }
  }
  return all.filter(({ pid }) => members.has(pid));
}

/** The text of a file of /proc, or an empty one when the process is gone. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
