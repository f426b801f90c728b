/** What is said about the gateway that runs. */
export const GATEWAY_TEXTS = {
  'gateway.reloaded': 'The running gateway has taken it over.',
  'gateway.reloaded-same': 'The running gateway read the configuration again; nothing in it had changed.',
  'gateway.changed': 'In effect now: {keys}.',
  'gateway.ended': 'Tunnels ended because the rules refuse them now: {count}.',
  'gateway.needs-restart': 'Waits for a restart (oms-gateway restart): {keys}.',
  'gateway.needs-stop': 'Waits until the gateway is stopped and started: {keys}.',
  'gateway.refused': 'The running gateway has not taken it over, because its configuration would be wrong:',
  'gateway.none': 'No gateway is running here (nothing answers on {url}): the next start reads it.',
  'gateway.off': 'admin.port is 0, so a running gateway cannot be told: send it SIGHUP, or restart it.',
  'gateway.failed': 'The running gateway could not be told: {detail}',
  'gateway.not-running': 'No gateway is running here: nothing answers on {url}.',
  'gateway.draining':
    'The gateway drains: no new connections; open tunnels may finish within {seconds} s, then it ends.',
  'gateway.restarting': 'The gateway replaces its workers one by one; the listening socket stays open.',
  'gateway.succeeded': 'Process {pid} has taken over with the new settings; the old one ends when its tunnels have.',
  'gateway.no-restart': 'The running gateway is of a version that cannot restart itself; stop and start it.',
} as const;
