/**
 * Listening sockets that were opened before this process: by the service manager (socket activation, sd_listen_fds(3)),
 * or by the gateway that this one succeeds.
 */

/** SD_LISTEN_FDS_START. */
const FIRST_FD = 3;
const ADMIN_NAME = 'admin';
const PROXY_NAME = 'proxy';

export interface InheritedSockets {
  /** The descriptor that clients connect to; null when none was passed. */
  readonly proxy: number | null;
  /** The one of the admin API; null when none was passed. */
  readonly admin: number | null;
}

export interface ProcessIds {
  readonly pid: number;
  readonly ppid: number;
}

/**
 * The descriptors that were passed to this very process. One of the name "admin" is the admin API's; of the others only
 * the first is used, because the gateway has one listening socket.
 */
export function inheritedSockets(environment: Readonly<NodeJS.ProcessEnv>, ids: ProcessIds): InheritedSockets {
  const { LISTEN_FDS: count = '', LISTEN_FDNAMES: names = '' } = environment;
  if (!isMeant(environment, ids) || !/^[1-9]\d*$/.test(count)) return { proxy: null, admin: null };
  const named = names.split(':');
  const fds = Array.from({ length: Math.min(Number(count), 2) }, (_, index) => index);
  const admin = fds.find((index) => named[index] === ADMIN_NAME);
  const proxy = fds.find((index) => named[index] !== ADMIN_NAME);
  return { proxy: toFd(proxy), admin: toFd(admin) };
}

/** Whether the gateway that starts this process waits for a sign that it serves. */
export function isSuccessor({ LISTEN_PPID: parent }: Readonly<NodeJS.ProcessEnv>, { ppid }: ProcessIds): boolean {
  return parent === String(ppid);
}

/**
 * The environment of a successor, which finds its sockets from descriptor 3 on. Its parent's number takes the place of
 * its own, which nobody knows yet.
 */
export function successorEnvironment(
  environment: Readonly<NodeJS.ProcessEnv>,
  pid: number,
  hasAdmin: boolean,
): NodeJS.ProcessEnv {
  const names = hasAdmin ? [PROXY_NAME, ADMIN_NAME] : [PROXY_NAME];
  const passed: NodeJS.ProcessEnv = {
    ...environment,
    LISTEN_PPID: String(pid),
    LISTEN_FDS: String(names.length),
    LISTEN_FDNAMES: names.join(':'),
  };
  delete passed['LISTEN_PID'];
  delete passed['WATCHDOG_PID'];
  return passed;
}

function isMeant(environment: Readonly<NodeJS.ProcessEnv>, ids: ProcessIds): boolean {
  return environment['LISTEN_PID'] === String(ids.pid) || isSuccessor(environment, ids);
}

function toFd(index: number | undefined): number | null {
  return index === undefined ? null : FIRST_FD + index;
}
