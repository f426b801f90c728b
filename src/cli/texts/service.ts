/** What is said about the gateway as a service of the operating system. */
export const SERVICE_TEXTS = {
  'help.service': 'the gateway as a service of systemd',
  'help.service.install': 'write the units, start the service and open its port in the firewall',
  'help.service.uninstall': 'stop the service, remove its units and close its port',
  'help.service.status': 'print whether the service is installed and runs',
  'help.service.config': 'configuration of the service (default: {file})',
  'help.service.node': 'the Node.js that runs it (default: the one of this command)',
  'help.service.root': 'a folder that stands for /, as systemctl has it; nothing is started',
  'help.service.dry-run': 'say what would be done, do nothing',
  'help.service.no-firewall': 'leave the firewall alone',
  'service.windows':
    'Windows has no systemd; docs/windows.md of this package says how a service wrapper runs the gateway.',
  'service.no-systemd': 'systemd does not run here; run `oms-gateway start` under the supervisor that does.',
  'service.needs-root':
    'Services are for root to install: say it again with sudo, or with --dry-run to see what it would do.',
  'service.no-configuration': '{file} is not there; `oms-gateway setup` writes it, --config names another.',
  'service.hidden':
    'The service could not reach {file}: home folders are closed to it. Install there where every user can read, e.g. with `npm install --global` of a Node.js in /usr.',
  'service.would-write': 'Would write {file}.',
  'service.would-remove': 'Would remove {file}.',
  'service.would-own': 'Would give {file} to the user {user}.',
  'service.would-run': 'Would run: {command}',
  'service.dry-run': 'Nothing was done.',
  'service.wrote': 'Wrote {file}.',
  'service.removed': 'Removed {file}.',
  'service.owned': 'Gave {file} to the user {user}.',
  'service.ran': 'Ran: {command}',
  'service.failed-run': 'This went wrong: {command} ({detail}).',
  'service.failed-file': '{file}: {detail}.',
  'service.no-user': 'The user {user} was not made.',
  'service.stopped':
    'What comes behind it was not done. What was done can be undone with `oms-gateway service uninstall`.',
  'service.firewall-none': 'No firewall that turns connections away was found on this machine.',
  'service.firewall-foreign':
    'The firewall has rules of iptables: let TCP port {port} through where they are kept; it was left alone.',
  'service.firewall-nftables':
    'The rule for TCP port {port} is gone after a restart of this machine, unless /etc/nftables.conf has it as well.',
  'service.installed':
    'The service oms-gateway is installed. Undo: oms-gateway service uninstall. Look at it: systemctl status oms-gateway.',
  'service.uninstalled': 'The service is gone. Its configuration, its logs, its state and the user oms-gateway stay.',
  'service.not-installed': 'The service is not installed.',
  'service.is-installed': 'The service is installed.',
  'service.file': '{file} is there.',
  'service.no-file': '{file} is missing.',
  'service.port': 'The socket unit listens on port {port}.',
  'service.unit': '{unit} is {active}, {enabled}.',
} as const;
