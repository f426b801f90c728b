import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findVersion, requireProgram } from '../find.ts';
import type { Peer, PeerSite } from './peer.ts';

export const trafficserver: Peer = {
  key: 'trafficserver',
  label: 'Traffic Server',
  broughtBy: 'Debian package trafficserver',
  isDirect: false,
  remark: 'restricted by destination address, not by host name',
  find: () => findVersion('traffic_server', ['-V'], /Traffic Server (\S+)/),
  prepare: (site) => {
    const program = requireProgram('traffic_server');
    writeFiles(site, dirname(program));
    return { program, args: [`--run-root=${site.directory}`] };
  },
};

const EMPTY_FILES = ['remap', 'storage', 'plugin', 'cache', 'parent', 'ssl_multicert', 'volume'];
const LIBRARIES = ['/usr/lib/trafficserver', '/usr/local/lib/trafficserver'];

function writeFiles(site: PeerSite, programs: string): void {
  const { directory } = site;
  for (const name of ['etc', 'var', 'log', 'cache', 'run']) {
    mkdirSync(join(directory, name));
    // It gives up its privileges when it is started by root.
    chmodSync(join(directory, name), 0o777);
  }
  for (const name of EMPTY_FILES) writeFileSync(join(directory, 'etc', `${name}.config`), '');
  writeFileSync(join(directory, 'etc/hosts'), `${site.address} ${site.host}\n`);
  writeFileSync(join(directory, 'etc/ip_allow.yaml'), addressRules(site));
  writeFileSync(join(directory, 'etc/records.config'), records(site));
  writeFileSync(join(directory, 'runroot.yaml'), places(directory, programs));
}

function addressRules({ address }: PeerSite): string {
  return `ip_allow:
  - {apply: in, ip_addrs: 127.0.0.0/8, action: allow, methods: [CONNECT]}
  - {apply: out, ip_addrs: ${address}, action: allow, methods: ALL}
  - {apply: out, ip_addrs: 0.0.0.0-255.255.255.255, action: deny, methods: ALL}
`;
}

function places(directory: string, programs: string): string {
  const library = LIBRARIES.find((path) => existsSync(path)) ?? directory;
  return `prefix: ${directory}
exec_prefix: ${directory}
bindir: ${programs}
sbindir: ${programs}
sysconfdir: ${directory}/etc
datadir: ${directory}/cache
includedir: ${directory}
libdir: ${library}
libexecdir: ${library}/modules
localstatedir: ${directory}/var
runtimedir: ${directory}/run
logdir: ${directory}/log
cachedir: ${directory}/cache
`;
}

function records({ directory, port, originPort, descriptors }: PeerSite): string {
  const settings: readonly (readonly [string, 'INT' | 'STRING', string | number])[] = [
    ...userSetting(),
    ['http.server_ports', 'STRING', `${port}:ip-in=127.0.0.1`],
    ['http.connect_ports', 'STRING', originPort],
    ['exec_thread.autoconfig', 'INT', 0],
    ['exec_thread.limit', 'INT', 1],
    ['exec_thread.affinity', 'INT', 0],
    ['accept_threads', 'INT', 0],
    ['task_threads', 'INT', 1],
    ['crash_log_helper', 'STRING', ''],
    ['url_remap.remap_required', 'INT', 0],
    ['reverse_proxy.enabled', 'INT', 0],
    ['http.cache.http', 'INT', 0],
    ['http.insert_request_via_str', 'INT', 0],
    ['log.logging_enabled', 'INT', 0],
    ['net.connections_throttle', 'INT', Math.min(16_000, descriptors - 500)],
    ['net.max_connections_in', 'INT', 7_000],
    ['http.transaction_no_activity_timeout_in', 'INT', 600],
    ['http.transaction_no_activity_timeout_out', 'INT', 600],
    ['hostdb.host_file.path', 'STRING', `${directory}/etc/hosts`],
  ];
  return settings.map(([name, type, value]) => `CONFIG proxy.config.${name} ${type} ${value}\n`).join('');
}

function userSetting(): (readonly ['admin.user_id', 'STRING', string])[] {
  if (process.getuid?.() !== 0) return [];
  const users = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : '';
  return [['admin.user_id', 'STRING', /^trafficserver:/m.test(users) ? 'trafficserver' : 'nobody']];
}
