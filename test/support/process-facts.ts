import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** What Linux tells about a process from outside (proc(5)). */

/** VmRSS in bytes; 0 when the process is gone. */
export function residentBytes(pid: number): number {
  return statusNumber(pid, 'VmRSS') * 1024;
}

/** Descriptors that are sockets. */
export function openSockets(pid: number): number {
  return descriptors(pid).filter((target) => target.startsWith('socket:')).length;
}

/** What each descriptor of the process leads to, e.g. "socket:[4711]" or "anon_inode:[eventpoll]". */
export function descriptors(pid: number | 'self'): string[] {
  const directory = `/proc/${pid}/fd`;
  try {
    return readdirSync(directory).flatMap((fd) => {
      try {
        return [readlinkSync(`${directory}/${fd}`)];
      } catch {
        // Closed meanwhile.
        return [];
      }
    });
  } catch {
    return [];
  }
}

function statusNumber(pid: number, name: string): number {
  try {
    const match = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(match?.[1] ?? 0);
  } catch {
    return 0;
  }
}
