/**
 * Listening sockets that were opened before this process: by the service manager (socket activation, sd_listen_fds(3)),
 * or by the gateway that this one succeeds.
 */

/** SD_LISTEN_FDS_START. */
const FIRST_FD = 3;
const ADMIN_NAME = 'admin';
const PROXY_NAME = 'proxy';
/** What a gateway calls a socket that the service manager gave it, when it passes it on. */
const MANAGED_NAME = 'managed';

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

/** Whether the service manager opened the socket that clients connect to: its address is not the configuration's then. */
export function isManaged(environment: Readonly<NodeJS.ProcessEnv>, ids: ProcessIds): boolean {
  if (inheritedSockets(environment, ids).proxy === null) return false;
  return !isSuccessor(environment, ids) || environment['LISTEN_FDNAMES']?.split(':')[0] === MANAGED_NAME;
}

/** Whether the gateway that starts this process waits for a sign that it serves. */
export function isSuccessor({ LISTEN_PPID: parent }: Readonly<NodeJS.ProcessEnv>, { ppid }: ProcessIds): boolean {
  return parent === String(ppid);
}

/** What a successor is given besides its configuration. */
export interface PassedSockets {
  readonly proxy: 'own' | 'managed' | null;
  readonly admin: boolean;
}

/**
 * The environment of a successor, which finds its sockets from descriptor 3 on, that of the admin API last. Its parent's
 * number takes the place of its own, which nobody knows yet.
 */
export function successorEnvironment(
  environment: Readonly<NodeJS.ProcessEnv>,
  pid: number,
  { proxy, admin }: PassedSockets,
): NodeJS.ProcessEnv {
  const names: string[] = [];
  if (proxy !== null) names.push(proxy === 'managed' ? MANAGED_NAME : PROXY_NAME);
  if (admin) names.push(ADMIN_NAME);
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
