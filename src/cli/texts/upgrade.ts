/** What is said about going on with another version. */
export const UPGRADE_TEXTS = {
  'help.upgrade':
    'go on with another version on the same listening socket (PACKAGE: its folder; without it, the one of this command)',
  'upgrade.done': 'Version {version} serves as process {pid}; the one before finishes its tunnels within {seconds} s.',
  'upgrade.failed': 'Nothing has changed: {detail}.',
  'upgrade.off':
    'admin.port is 0, so a running gateway cannot be asked: restart the service, whose socket systemd keeps open.',
} as const;
