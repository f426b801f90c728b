import { spawn } from 'node:child_process';
import type { UpgradeResult } from '../admin/gateway.ts';
import type { JudgedPackage } from './safe-package.ts';
import { judgePackage } from './safe-package.ts';
import { isSuccessor, successorEnvironment } from './systemd.ts';

/**
 * Another version of the gateway takes this one's place without closing the port: it is started with the listening
 * sockets, and this one drains when it has said that it serves. Whatever goes wrong before that leaves all as it was.
 */

export interface Sockets {
  /** Null when the successor is to open its own. */
  readonly listenFd: number | null;
  /** Null when there is no admin API, or the successor is to open its own. */
  readonly adminFd: number | null;
  /** The service manager opened the listening socket. */
  readonly isManaged: boolean;
}

/** What a successor tells the gateway it succeeds, once. */
interface Serving {
  readonly kind: 'serving';
  readonly version: string;
}

/** A successor that has not come up by then never will. */
const START_LIMIT_MS = 30_000;

/** Why no other process can take this one's place, as half a sentence; null when one can. */
export function whyNoSuccessor(): string | null {
  if (process.getuid === undefined) return 'this platform passes no sockets on; stop and start it';
  return process.pid === 1 ? 'a container ends with its first process; replace the container' : null;
}

/** Whether this process can be succeeded, and by a package. @param directory of the package */
export function judgeUpgrade(directory: string): JudgedPackage {
  const why = whyNoSuccessor();
  return why === null ? judgePackage(directory, process.getuid?.() ?? 0) : { ok: false, why };
}

/**
 * Starts the program `main` as this process was started.
 * @param signal ends the waiting and the successor, as long as it does not serve
 */
export function startSuccessor(
  main: string,
  { listenFd, adminFd, isManaged }: Sockets,
  signal: AbortSignal,
  limitMs = START_LIMIT_MS,
): Promise<UpgradeResult> {
  const args = [...process.execArgv, main, ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, {
    env: successorEnvironment(process.env, process.pid, {
      proxy: listenFd === null ? null : isManaged ? 'managed' : 'own',
      admin: adminFd !== null,
    }),
    stdio: ['inherit', 'inherit', 'inherit', ...[listenFd, adminFd].filter((fd) => fd !== null), 'ipc'],
  });
  return new Promise((resolve) => {
    const settle = (result: UpgradeResult): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      child.on('error', () => undefined);
      if (!result.ok) child.kill('SIGKILL');
      if (child.connected) child.disconnect();
      child.unref();
      resolve(result);
    };
    const fail = (why: string): void => {
      settle({ ok: false, why });
    };
    const timer = setTimeout(() => {
      fail(`it did not serve within ${limitMs / 1000} s`);
    }, limitMs);
    signal.addEventListener('abort', () => {
      fail('this gateway was told to end meanwhile');
    });
    child.once('error', ({ message }) => {
      fail(`it cannot be started (${message})`);
    });
    child.once('exit', (code, ended) => {
      fail(`it ended with ${ended ?? `exit code ${code}`} before it served`);
    });
    child.on('message', (message: Serving) => {
      settle({ ok: true, version: message.version, pid: child.pid ?? 0 });
    });
  });
}

/** Tells the gateway that started this one as its successor, if one did, that this one serves. */
export function announceSuccession(version: string): void {
  if (!isSuccessor(process.env, process) || process.send === undefined) return;
  process.send({ kind: 'serving', version } satisfies Serving, undefined, undefined, () => {
    if (process.connected) process.disconnect();
  });
}
