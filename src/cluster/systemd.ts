/** Socket activation: the service manager has opened the listening socket already (sd_listen_fds(3)). */

/** SD_LISTEN_FDS_START. */
const FIRST_FD = 3;

/**
 * The first descriptor that was passed to this very process, or null when none was. More than one is not used: the
 * gateway has one listening socket.
 */
export function inheritedListener(environment: Readonly<NodeJS.ProcessEnv>, pid: number): number | null {
  const { LISTEN_PID: forPid, LISTEN_FDS: count } = environment;
  return forPid === String(pid) && /^[1-9]\d*$/.test(count ?? '') ? FIRST_FD : null;
}
