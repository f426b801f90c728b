import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadLibc } from './libc.ts';
import type { Libc } from './libc.ts';
import { LinuxEngine } from './engine.ts';
import { Listener } from './listener.ts';
import { openListener, localPort } from './listening.ts';
import { Loop } from './loop.ts';
import { createWakeFd, Wake, wake } from './wake.ts';
import { parseIp } from '../../address/ip.ts';
import type { Connection, ConnectionOwner } from '../engine.ts';

/**
 * Does the Linux engine work here? Answered by trying every system call it needs: a listening socket, a connection to
 * it over the loop, a byte each way, a wake-up, the end.
 */

/** Null when it works; otherwise why not, as half a sentence behind "the Linux engine cannot run here:". */
export type CheckResult = string | null;

/** Architectures whose layouts `libc.ts` knows. */
const ARCHITECTURES = ['x64', 'arm64'];
const CHECK_LIMIT_MS = 5_000;
const CHECK_TURNS = 200;

/** Checks this machine. Costs some ms, and a process of its own where a seccomp filter may kill the caller. */
export function checkLinuxEngine(): CheckResult {
  if (process.platform !== 'linux') return `it needs Linux, this is ${process.platform}`;
  if (!ARCHITECTURES.includes(process.arch)) return `it needs ${ARCHITECTURES.join(' or ')}, this is ${process.arch}`;
  return isFiltered() ? checkInChild() : tryEverything();
}

/** Tries every call in this process; never throws. */
export function tryEverything(): CheckResult {
  try {
    roundTrip(loadLibc());
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'MODULE_NOT_FOUND') return 'the package koffi is not installed';
    return message.split('\n')[0] ?? 'an unknown failure';
  }
}

/** True when a seccomp filter watches this process (proc_pid_status(5), field Seccomp). */
function isFiltered(): boolean {
  try {
    return /^Seccomp:\t[12]$/m.test(readFileSync('/proc/self/status', 'utf8'));
  } catch {
    return true;
  }
}

/** A filter may answer a forbidden call with a deadly signal (seccomp(2)): then it is a child that dies. */
function checkInChild(): CheckResult {
  const extension = extname(fileURLToPath(import.meta.url));
  const file = fileURLToPath(new URL(`./self-check-main${extension}`, import.meta.url));
  const { status, signal, stdout, error } = spawnSync(process.execPath, [file], {
    encoding: 'utf8',
    timeout: CHECK_LIMIT_MS,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (error !== undefined) return `the check could not be run (${error.message})`;
  if (signal !== null) return `a system call is forbidden here (the check died of ${signal})`;
  return status === 0 ? null : stdout.trim() || `the check ended with ${status}`;
}

/** Carries one byte to a listener of ours and back. @throws an Error that says which step failed */
function roundTrip(libc: Libc): void {
  let turnsLeft = CHECK_TURNS;
  const loop = new Loop({ libc, maxWaitMs: () => 50, turn: () => (turnsLeft -= 1) });
  const loopback = parseIp('127.0.0.1');
  if (loopback === null) throw new Error('127.0.0.1 is not an address');
  const fd = openListener(libc, loopback, 0);
  const port = localPort(libc, fd);
  const seen = { woken: false, echoed: false, lost: '' };
  const wakeFd = createWakeFd(libc);
  new Wake(loop, wakeFd, () => {
    seen.woken = true;
  });
  const listener = new Listener(loop, fd, {
    accepted: (connection) => {
      connection.owner = echo;
    },
    refused: () => new Uint8Array(0),
  });
  const client = new LinuxEngine(loop).connect(loopback, port, watcher(seen));
  wake(libc, wakeFd);
  while (!(seen.woken && seen.echoed) && seen.lost === '' && turnsLeft > 0) loop.turn();
  client.reset();
  listener.stop();
  loop.release(wakeFd);
  loop.turn();
  loop.dispose();
  if (seen.lost !== '') throw new Error(`a connection on loopback failed: ${seen.lost}`);
  if (!seen.woken || !seen.echoed) throw new Error('a byte on loopback did not come back');
}

const echo: ConnectionOwner = {
  connected: () => undefined,
  received: (connection, bytes) => {
    connection.send(bytes);
  },
  ended: (connection) => {
    connection.close();
  },
  lost: () => undefined,
  drained: () => undefined,
  closed: () => undefined,
};

function watcher(seen: { echoed: boolean; lost: string }): ConnectionOwner {
  return {
    ...echo,
    connected: (connection: Connection) => {
      connection.send(Uint8Array.of(1));
    },
    received: () => {
      seen.echoed = true;
    },
    lost: (_, code) => {
      seen.lost = code;
    },
  };
}
